import Stack from '@mui/material/Stack';
import Switch from '@mui/material/Switch';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Channel } from '../../api/generated';
import { useCan } from '../../auth/useAccount';
import { Time } from '../../components/format/Time';
import { StatusChip, type StatusTone } from '../../components/StatusChip';
import { channelStatus, isEnabled } from './channel';
import { ChannelPause } from './ChannelPause';
import { useChannelActions } from './useChannelActions';

/** On or off, and why: with the switch for those who may. */
export function ChannelState({ channel }: { channel: Channel }) {
  const can = useCan();
  return (
    <Stack sx={{ gap: 0.25, minWidth: 0 }}>
      <Stack direction="row" sx={{ alignItems: 'center', gap: 0.5, flexWrap: 'wrap' }}>
        {can('channels.write') && <ChannelSwitch channel={channel} />}
        <ChannelStatus channel={channel} />
      </Stack>
      {isEnabled(channel) ? <ChannelPause channel={channel} /> : <DisabledBecause channel={channel} />}
    </Stack>
  );
}

export function ChannelSwitch({ channel }: { channel: Channel }) {
  const { t } = useTranslation('channels');
  const { toggle } = useChannelActions();
  const [busy, setBusy] = useState(false);
  const change = async () => {
    setBusy(true);
    await toggle(channel);
    setBusy(false);
  };
  return (
    <Switch size="small" checked={isEnabled(channel)} disabled={busy} onChange={change} slotProps={{ input: { 'aria-label': t('switch', { name: channel.name }) } }} />
  );
}

export function ChannelStatus({ channel }: { channel: Channel }) {
  const { t } = useTranslation('channels');
  const [tone, state] = statusOf(channel);
  return <StatusChip tone={tone} label={t(`state.${state}`)} />;
}

function statusOf({ status, health }: Channel): [StatusTone, 'enabled' | 'disabled' | 'disabledAutomatically' | 'switchedOff'] {
  if (status === channelStatus.disabledAutomatically) return ['bad', 'disabledAutomatically'];
  if (status !== channelStatus.enabled) return ['off', 'disabled'];
  return health?.off ? ['bad', 'switchedOff'] : ['good', 'enabled'];
}

function DisabledBecause({ channel }: { channel: Channel }) {
  const { disabled_reason: reason, disabled_time: since } = channel;
  if (!reason && since <= 0) return null;
  return (
    <Typography variant="caption" color="textSecondary" title={reason} sx={{ display: '-webkit-box', WebkitBoxOrient: 'vertical', WebkitLineClamp: 3, overflow: 'hidden', overflowWrap: 'anywhere', maxWidth: 320 }}>
      {since > 0 && <Time at={since} />}
      {since > 0 && reason && ' · '}
      {reason}
    </Typography>
  );
}
