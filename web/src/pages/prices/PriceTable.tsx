import DeleteIcon from '@mui/icons-material/DeleteOutlined';
import EditIcon from '@mui/icons-material/EditOutlined';
import LockIcon from '@mui/icons-material/LockOutlined';
import LockOpenIcon from '@mui/icons-material/LockOpenOutlined';
import PriceChangeIcon from '@mui/icons-material/PriceChangeOutlined';
import Button from '@mui/material/Button';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import Stack from '@mui/material/Stack';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';
import type { Price } from '../../api/generated';
import { useCan } from '../../auth/useAccount';
import { EmptyState } from '../../components/feedback/EmptyState';
import { useNotify } from '../../components/feedback/useNotify';
import { FilterBar } from '../../components/filters/FilterBar';
import { DataTable } from '../../components/table/DataTable';
import type { Selection } from '../../components/table/selection';
import type { RowAction } from '../../components/table/tableTypes';
import type { PriceUnit } from './price';
import { useDialogPath } from './useDialogPath';
import { usePriceActions } from './usePriceActions';
import { usePriceColumns } from './usePriceColumns';
import { usePriceFilters, usePriceList } from './usePriceList';

/** Every price, to be changed in place. */
export function PriceTable() {
  const { t } = useTranslation(['prices', 'common']);
  const can = useCan();
  const navigate = useNavigate();
  const fields = usePriceFilters();
  const { state, list, rows } = usePriceList(fields);
  const [unit, setUnit] = useUnit();
  const columns = usePriceColumns(unit);
  const rowActions = useRowActions();
  const { editPath } = useDialogPath();
  const mayWrite = can('prices.write');
  const edit = (price: Price) => void navigate(editPath(price.model));
  return (
    <>
      <Stack direction="row" useFlexGap sx={{ flexWrap: 'wrap', gap: 1, justifyContent: 'space-between' }}>
        <FilterBar state={state} fields={fields} />
        <UnitChoice unit={unit} onChange={setUnit} />
      </Stack>
      <DataTable
        id="prices"
        label={t('title')}
        state={state}
        paging={{ kind: 'whole' }}
        rows={rows}
        rowKey={(price) => price.model}
        columns={columns}
        loading={list.isLoading}
        error={list.error}
        onRetry={() => void list.refetch()}
        empty={<NoPrices />}
        onOpen={mayWrite ? edit : undefined}
        onEdit={mayWrite ? edit : undefined}
        rowActions={mayWrite ? rowActions : undefined}
        selection={mayWrite ? (selection) => <BulkActions selection={selection} matching={rows ?? []} /> : undefined}
      />
    </>
  );
}

/** Kept in the address. */
function useUnit(): [PriceUnit, (unit: PriceUnit) => void] {
  const [params, setParams] = useSearchParams();
  const setUnit = (unit: PriceUnit) =>
    setParams((current) => {
      const next = new URLSearchParams(current);
      if (unit === 'ratio') next.set('unit', unit);
      else next.delete('unit');
      return next;
    });
  return [params.get('unit') === 'ratio' ? 'ratio' : 'usd', setUnit];
}

function UnitChoice({ unit, onChange }: { unit: PriceUnit; onChange: (unit: PriceUnit) => void }) {
  const { t } = useTranslation(['prices', 'common']);
  return (
    <ToggleButtonGroup exclusive size="small" aria-label={t('unit')} value={unit} onChange={(_event, chosen: PriceUnit | null) => chosen && onChange(chosen)} sx={{ mb: 1 }}>
      <ToggleButton value="usd">{t('units.usd')}</ToggleButton>
      <ToggleButton value="ratio">{t('units.ratio')}</ToggleButton>
    </ToggleButtonGroup>
  );
}

function useRowActions(): (price: Price) => readonly RowAction[] {
  const { t } = useTranslation(['prices', 'common']);
  const navigate = useNavigate();
  const { editPath } = useDialogPath();
  const attempt = useAttempt();
  const { remove, setLocked } = usePriceActions();
  return (price) => [
    { id: 'edit', label: t('common:edit'), icon: EditIcon, onClick: () => void navigate(editPath(price.model)) },
    {
      id: 'lock',
      label: price.locked ? t('unlock') : t('lock'),
      icon: price.locked ? LockOpenIcon : LockIcon,
      onClick: () => void attempt(() => setLocked([price], !price.locked)),
    },
    { id: 'delete', label: t('common:delete'), icon: DeleteIcon, danger: true, onClick: () => void attempt(() => remove([price])) },
  ];
}

/** Does it, and says so if it fails. */
function useAttempt() {
  const { t } = useTranslation(['prices', 'common']);
  const notify = useNotify();
  return (action: () => Promise<void>) => action().catch((error: unknown) => notify.failure(t('notDone'), error));
}

function BulkActions({ selection, matching }: { selection: Selection<Price>; matching: readonly Price[] }) {
  const { t } = useTranslation(['prices', 'common']);
  const { newPath } = useDialogPath();
  const attempt = useAttempt();
  const { remove, setLocked } = usePriceActions();
  const selected = selection.allMatching ? matching : selection.rows;
  return (
    <>
      <Button color="inherit" startIcon={<PriceChangeIcon />} component={Link} to={newPath(selected.map(({ model }) => model))}>
        {t('fill')}
      </Button>
      <Button color="inherit" startIcon={<LockIcon />} onClick={() => void attempt(() => setLocked(selected, true))}>
        {t('lock')}
      </Button>
      <Button color="inherit" startIcon={<LockOpenIcon />} onClick={() => void attempt(() => setLocked(selected, false))}>
        {t('unlock')}
      </Button>
      <Button color="error" startIcon={<DeleteIcon />} onClick={() => void attempt(() => remove(selected)).then(selection.clear)}>
        {t('common:delete')}
      </Button>
    </>
  );
}

function NoPrices() {
  const { t } = useTranslation(['prices', 'common']);
  const can = useCan();
  const { newPath } = useDialogPath();
  const add = can('prices.write') && (
    <Button variant="contained" component={Link} to={newPath([])}>
      {t('add')}
    </Button>
  );
  return <EmptyState icon={PriceChangeIcon} title={t('empty.title')} text={t('empty.text')} action={add} />;
}
