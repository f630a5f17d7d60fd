import HubIcon from '@mui/icons-material/CableOutlined';
import ChatIcon from '@mui/icons-material/ChatBubbleOutlineOutlined';
import Box from '@mui/material/Box';
import MenuItem from '@mui/material/MenuItem';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { type Group, useGetUserGroupMapQuery } from '../../api/generated';
import { useAccount } from '../../auth/useAccount';
import { Clipped } from '../../components/Clipped';
import { CopyButton } from '../../components/CopyButton';
import { FilterBar } from '../../components/filters/FilterBar';
import { useFormat } from '../../components/format/useFormat';
import { NoModels } from '../../components/models/NoModels';
import { Price } from '../../components/models/Price';
import { usdPrice } from '../../components/models/price';
import { type CallableModel, useModels } from '../../components/models/useModels';
import type { DataColumn } from '../../components/table/columns';
import { DataTable } from '../../components/table/DataTable';
import type { RowAction } from '../../components/table/tableTypes';
import { useListState } from '../../components/table/useListState';
import { Page } from '../../layout/Page';
import { matchesFilters, useModelFields } from './filters';
import { ModelDialog } from './ModelDialog';

const noGroups: Record<string, Group> = {};

export default function ModelsPage() {
  const { t } = useTranslation('models');
  const navigate = useNavigate();
  const { '*': shownName } = useParams();
  const { models, error, isFetching, refetch } = useModels();
  const { data: groups = noGroups } = useGetUserGroupMapQuery();
  const [priceGroup, setPriceGroup] = usePriceGroup();
  const fields = useModelFields(models ?? [], groups);
  const state = useListState('models', { defaultSort: 'name', filters: fields });
  const rows = useMemo(() => models?.filter((model) => matchesFilters(model, state.filters)), [models, state.filters]);
  const columns = useColumns(groups[priceGroup]?.ratio ?? 1);
  const search = useSearchParams()[0].toString();
  const go = (path: string) => void navigate({ pathname: path, search });
  const shown = models?.find((model) => model.name === shownName);
  return (
    <Page title={t('title')} subtitle={t('subtitle')} actions={<PriceGroup groups={groups} value={priceGroup} onChange={setPriceGroup} />}>
      <FilterBar state={state} fields={fields} />
      <DataTable
        id="models"
        label={t('title')}
        state={state}
        paging={{ kind: 'whole' }}
        rows={rows}
        rowKey={(model) => model.name}
        columns={columns}
        loading={isFetching}
        error={error}
        onRetry={() => void refetch()}
        empty={<NoModels />}
        onOpen={(model) => go(`/panel/models/${encodeURIComponent(model.name)}`)}
        rowActions={useRowActions()}
      />
      {shown && <ModelDialog model={shown} groups={groups} onClose={() => go('/panel/models')} />}
    </Page>
  );
}

function usePriceGroup(): [string, (group: string) => void] {
  const { group: ownGroup } = useAccount();
  const [params, setParams] = useSearchParams();
  const choose = (group: string) =>
    setParams(
      (current) => {
        const next = new URLSearchParams(current);
        if (group === ownGroup) next.delete('prices');
        else next.set('prices', group);
        return next;
      },
      { replace: true },
    );
  return [params.get('prices') ?? ownGroup, choose];
}

interface PriceGroupProps {
  groups: Record<string, Group>;
  value: string;
  onChange: (group: string) => void;
}

function PriceGroup({ groups, value, onChange }: PriceGroupProps) {
  const { t } = useTranslation('models');
  const { group: ownGroup } = useAccount();
  const symbols = Object.keys(groups);
  if (symbols.length < 2) return null;
  const nameOf = (symbol: string) => groups[symbol]?.name ?? symbol;
  return (
    <TextField select label={t('priceGroup')} value={symbols.includes(value) ? value : ''} onChange={(event) => onChange(event.target.value)} sx={{ width: 240, maxWidth: '100%' }}>
      {symbols.map((symbol) => (
        <MenuItem key={symbol} value={symbol}>
          {symbol === ownGroup ? t('groupOwn', { group: nameOf(symbol) }) : nameOf(symbol)}
        </MenuItem>
      ))}
    </TextField>
  );
}

function useColumns(ratio: number): DataColumn<CallableModel>[] {
  const { t } = useTranslation('models');
  const format = useFormat();
  return useMemo(
    () => [
      { id: 'name', header: t('model'), cell: (model) => <ModelName model={model} />, value: (model) => model.name, sortable: true, essential: true, minWidth: 220 },
      { id: 'owner', header: t('owner'), cell: (model) => <Clipped text={model.owner} />, value: (model) => model.owner, sortable: true, minWidth: 120 },
      { id: 'input', header: t('priceIn'), cell: (model) => <Price usd={usdPrice(model.price, ratio).input} perCall={model.price.type === 'times'} />, value: (model) => Number(usdPrice(model.price, ratio).input), sortable: true, align: 'right', minWidth: 130 },
      { id: 'output', header: t('priceOut'), cell: (model) => (model.price.type === 'times' ? '—' : <Price usd={usdPrice(model.price, ratio).output} />), value: (model) => Number(usdPrice(model.price, ratio).output), sortable: true, align: 'right', minWidth: 130 },
      { id: 'kind', header: t('kind'), cell: (model) => (model.price.type === 'times' ? t('perCall') : t('perTokens')), value: (model) => model.price.type, sortable: true, hidden: true, minWidth: 110 },
      { id: 'context', header: t('context'), cell: (model) => (model.info?.context_length ? format.compact(model.info.context_length) : '—'), value: (model) => model.info?.context_length ?? 0, sortable: true, align: 'right', hidden: true, minWidth: 100 },
      { id: 'groups', header: t('groups'), cell: (model) => <Clipped text={model.groups.join(', ')} />, value: (model) => model.groups.join(', '), minWidth: 140 },
    ],
    [t, format, ratio],
  );
}

function ModelName({ model }: { model: CallableModel }) {
  const { t } = useTranslation('models');
  return (
    <Stack direction="row" sx={{ alignItems: 'center', minWidth: 0 }}>
      <Box component="span" title={model.name} sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', maxWidth: { xs: '55vw', sm: 420 }, fontWeight: 600 }}>
        {model.name}
      </Box>
      <CopyButton text={model.name} what={t('theName')} />
    </Stack>
  );
}

function useRowActions(): (model: CallableModel) => readonly RowAction[] {
  const { t } = useTranslation('models');
  const navigate = useNavigate();
  const open = (path: string) => void navigate(path);
  return (model) => {
    const query = new URLSearchParams({ model: model.name }).toString();
    return [
      { id: 'playground', label: t('tryOut'), icon: ChatIcon, onClick: () => open(`/panel/playground?${query}`) },
      { id: 'connect', label: t('connect'), icon: HubIcon, onClick: () => open(`/panel/connect?${query}`) },
    ];
  };
}
