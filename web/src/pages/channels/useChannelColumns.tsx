import Link from '@mui/material/Link';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import type { Channel } from '../../api/generated';
import { Clipped } from '../../components/Clipped';
import { Money } from '../../components/format/Money';
import { Quota } from '../../components/format/Quota';
import { Time } from '../../components/format/Time';
import { useFormat } from '../../components/format/useFormat';
import type { DataColumn } from '../../components/table/columns';
import { splitList } from './channel';
import { ChannelModels } from './ChannelModels';
import { ChannelState } from './ChannelState';
import { useProviders } from './useProviders';

export function useChannelColumns(): readonly DataColumn<Channel>[] {
  const { t } = useTranslation('channels');
  const { title } = useProviders();
  const { duration, number } = useFormat();
  return useMemo(
    () => [
      { id: 'id', header: t('id'), cell: (channel) => channel.id, value: (channel) => channel.id, sortable: true, align: 'right', minWidth: 64, hidden: true },
      { id: 'name', header: t('name'), cell: (channel) => <ChannelName channel={channel} />, value: (channel) => channel.name, sortable: true, minWidth: 150, essential: true, card: 'title' },
      { id: 'type', header: t('provider'), cell: (channel) => title(channel.type), value: (channel) => title(channel.type), sortable: true },
      { id: 'status', header: t('status'), cell: (channel) => <ChannelState channel={channel} />, value: (channel) => channel.status, sortable: true, minWidth: 240, essential: true },
      { id: 'priority', header: t('priority'), cell: (channel) => number(channel.priority), value: (channel) => channel.priority, sortable: true, align: 'right' },
      { id: 'weight', header: t('weight'), cell: (channel) => number(channel.weight), value: (channel) => channel.weight, sortable: true, align: 'right', from: 'xl' },
      { id: 'models', header: t('models'), cell: (channel) => <ChannelModels models={splitList(channel.models)} />, value: (channel) => channel.models, align: 'right' },
      { id: 'group', header: t('groups'), cell: (channel) => <Clipped text={splitList(channel.group).join(', ')} />, value: (channel) => channel.group, sortable: true, minWidth: 110 },
      { id: 'used_quota', header: t('used'), cell: (channel) => <Quota value={channel.used_quota} />, value: (channel) => channel.used_quota, sortable: true, align: 'right' },
      {
        id: 'response_time',
        header: t('responseTime'),
        cell: (channel) => (channel.response_time > 0 ? duration(channel.response_time) : '—'),
        value: (channel) => channel.response_time,
        sortable: true,
        align: 'right',
        from: 'xl',
      },
      { id: 'test_time', header: t('lastTest'), cell: (channel) => <Time at={channel.test_time} never={t('never')} />, value: (channel) => channel.test_time, sortable: true, from: 'xl' },
      {
        id: 'balance',
        header: t('balance'),
        cell: (channel) => (channel.balance_updated_time > 0 ? <Money usd={String(channel.balance)} /> : '—'),
        value: (channel) => channel.balance,
        sortable: true,
        align: 'right',
        hidden: true,
      },
      { id: 'created_time', header: t('created'), cell: (channel) => <Time at={channel.created_time} />, value: (channel) => channel.created_time, sortable: true, hidden: true },
    ],
    [t, title, duration, number],
  );
}

function ChannelName({ channel }: { channel: Channel }) {
  return (
    <Stack sx={{ minWidth: 0 }}>
      <Link component={RouterLink} to={`/panel/channels/${channel.id}`} sx={{ fontWeight: 600 }}>
        <Clipped text={channel.name || `#${channel.id}`} />
      </Link>
      {channel.tag && (
        <Typography variant="caption" color="textSecondary" sx={{ overflowWrap: 'anywhere' }}>
          <bdi>{channel.tag}</bdi>
        </Typography>
      )}
    </Stack>
  );
}
