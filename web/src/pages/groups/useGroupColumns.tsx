import Stack from '@mui/material/Stack';
import Switch from '@mui/material/Switch';
import Typography from '@mui/material/Typography';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Group } from '../../api/generated';
import { useCan } from '../../auth/useAccount';
import { Clipped } from '../../components/Clipped';
import { useFormat } from '../../components/format/useFormat';
import { StatusChip } from '../../components/StatusChip';
import type { DataColumn } from '../../components/table/columns';
import { useGroupActions } from './useGroupActions';

export function useGroupColumns(): readonly DataColumn<Group>[] {
  const { t } = useTranslation(['groups', 'common']);
  const { number } = useFormat();
  return useMemo(() => {
    const yesNo = (value: boolean | undefined) => (value ? t('common:yes') : t('common:no'));
    return [
      { id: 'symbol', header: t('symbol'), cell: (group) => <GroupName group={group} />, value: (group) => group.symbol, sortable: true, minWidth: 180, essential: true, card: 'title' },
      { id: 'enable', header: t('enabled'), cell: (group) => <GroupState group={group} />, value: (group) => group.enable, sortable: true, minWidth: 140, essential: true },
      { id: 'ratio', header: t('ratio'), cell: ({ ratio = 1 }) => `×${number(ratio)}`, value: (group) => group.ratio, align: 'right' },
      { id: 'api_rate', header: t('rate'), cell: ({ api_rate: rate = 0 }) => t('perMinute', { rate: number(rate) }), value: (group) => group.api_rate, align: 'right', minWidth: 120 },
      { id: 'public', header: t('public'), cell: (group) => yesNo(group.public), value: (group) => group.public },
      { id: 'fallback', header: t('fallback'), cell: ({ fallback = '' }) => <Clipped text={fallback === '' ? '—' : fallback} />, value: (group) => group.fallback, minWidth: 110 },
      {
        id: 'promotion',
        header: t('promotion'),
        cell: ({ promotion, min = 0, max = 0 }) => (promotion ? t('promotionRange', { min, max }) : '—'),
        value: ({ promotion, min, max }) => (promotion ? `${min ?? 0}–${max ?? 0}` : ''),
        minWidth: 130,
        hidden: true,
      },
      { id: 'id', header: t('id'), cell: (group) => group.id, value: (group) => group.id, sortable: true, align: 'right', hidden: true },
    ];
  }, [t, number]);
}

function GroupName({ group }: { group: Group }) {
  return (
    <Stack sx={{ minWidth: 0, overflowWrap: 'anywhere' }}>
      <Typography component="bdi" variant="body2" sx={{ fontWeight: 600 }}>
        {group.symbol}
      </Typography>
      {group.name && group.name !== group.symbol && (
        <Typography component="bdi" variant="caption" color="textSecondary">
          {group.name}
        </Typography>
      )}
    </Stack>
  );
}

function GroupState({ group }: { group: Group }) {
  const { t } = useTranslation(['groups', 'common']);
  const can = useCan();
  const { toggle } = useGroupActions();
  const [busy, setBusy] = useState(false);
  const change = async () => {
    setBusy(true);
    await toggle(group);
    setBusy(false);
  };
  return (
    <Stack direction="row" sx={{ alignItems: 'center', gap: 0.5 }}>
      {can('groups.write') && (
        <Switch size="small" checked={group.enable ?? false} disabled={busy} onChange={change} slotProps={{ input: { 'aria-label': t('switch', { symbol: group.symbol }) } }} />
      )}
      <StatusChip tone={group.enable ? 'good' : 'off'} label={group.enable ? t('state.enabled') : t('state.disabled')} />
    </Stack>
  );
}
