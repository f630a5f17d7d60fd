import CheckCircleIcon from '@mui/icons-material/CheckCircleOutlined';
import PriceChangeIcon from '@mui/icons-material/PriceChangeOutlined';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { type GetPricesUnpricedApiResponse, useGetPricesUnpricedQuery } from '../../api/generated';
import { useCan } from '../../auth/useAccount';
import { Clipped } from '../../components/Clipped';
import { Copyable } from '../../components/Copyable';
import { EmptyState } from '../../components/feedback/EmptyState';
import { useFormat } from '../../components/format/useFormat';
import type { DataColumn } from '../../components/table/columns';
import { DataTable } from '../../components/table/DataTable';
import type { Selection } from '../../components/table/selection';
import { useListState } from '../../components/table/useListState';
import { useDialogPath } from './useDialogPath';

type Unpriced = GetPricesUnpricedApiResponse[number];

/** Models that are served and have no price yet: a list to be emptied. */
export function UnpricedTable() {
  const { t } = useTranslation('prices');
  const can = useCan();
  const navigate = useNavigate();
  const { newPath } = useDialogPath();
  const state = useListState('unpriced', { defaultSort: 'model' });
  const { data, isLoading, error, refetch } = useGetPricesUnpricedQuery();
  const columns = useColumns();
  const mayWrite = can('prices.write');
  const setPrice = ({ model }: Unpriced) => void navigate(newPath([model]));
  return (
    <>
      <Typography color="textSecondary" sx={{ mb: 2 }}>
        {t('unpriced.text')}
      </Typography>
      <DataTable
        id="unpriced"
        label={t('unpriced.tab')}
        state={state}
        paging={{ kind: 'whole' }}
        rows={data}
        rowKey={(row) => row.model}
        columns={columns}
        loading={isLoading}
        error={error}
        onRetry={() => void refetch()}
        empty={<EmptyState icon={CheckCircleIcon} title={t('unpriced.none')} text={t('unpriced.noneText')} />}
        onOpen={mayWrite ? setPrice : undefined}
        onEdit={mayWrite ? setPrice : undefined}
        rowActions={mayWrite ? (row) => [{ id: 'price', label: t('setPrice'), icon: PriceChangeIcon, onClick: () => setPrice(row) }] : undefined}
        selection={mayWrite ? (selection) => <FillButton selection={selection} matching={data ?? []} /> : undefined}
      />
    </>
  );
}

function useColumns(): readonly DataColumn<Unpriced>[] {
  const { t } = useTranslation('prices');
  const { number } = useFormat();
  return useMemo(
    () => [
      {
        id: 'model',
        header: t('model'),
        cell: ({ model }) => <Copyable text={model} what={t('theModel')} />,
        value: ({ model }) => model,
        sortable: true,
        minWidth: 240,
        essential: true,
        card: 'title',
      },
      { id: 'channels', header: t('unpriced.channels'), cell: ({ channels }) => number(channels), value: ({ channels }) => channels, sortable: true, align: 'right' },
      { id: 'groups', header: t('unpriced.groups'), cell: ({ groups }) => <Clipped text={groups.join(', ')} />, value: ({ groups }) => groups.join(','), minWidth: 160 },
    ],
    [t, number],
  );
}

function FillButton({ selection, matching }: { selection: Selection<Unpriced>; matching: readonly Unpriced[] }) {
  const { t } = useTranslation('prices');
  const { newPath } = useDialogPath();
  const selected = selection.allMatching ? matching : selection.rows;
  return (
    <Button color="inherit" startIcon={<PriceChangeIcon />} component={Link} to={newPath(selected.map(({ model }) => model))}>
      {t('fill')}
    </Button>
  );
}
