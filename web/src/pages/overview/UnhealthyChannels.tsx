import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import type { UnhealthyChannel } from '../../api/generated';
import { Clipped } from '../../components/Clipped';
import { Time } from '../../components/format/Time';
import { Section } from '../../components/Section';
import { StatusChip, type StatusTone } from '../../components/StatusChip';
import { useFormat } from '../../components/format/useFormat';
import { useSecondsLeft } from '../../components/useSecondsLeft';

const tones: Record<UnhealthyChannel['why'], StatusTone> = { disabled: 'bad', broken: 'bad', off: 'bad', breaker_open: 'warning', cooling: 'warning' };

/** Channels that get no or fewer calls at the moment, and why. */
export function UnhealthyChannels({ channels }: { channels: readonly UnhealthyChannel[] }) {
  const { t } = useTranslation('overview');
  return (
    <Section title={t('unhealthy.title')}>
      {channels.length === 0 && <Typography color="textSecondary">{t('unhealthy.none')}</Typography>}
      <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none', maxHeight: 320, overflow: 'auto' }}>
        {channels.map((channel) => (
          <Row key={`${channel.id}:${channel.why}`} channel={channel} />
        ))}
      </Box>
    </Section>
  );
}

function Row({ channel }: { channel: UnhealthyChannel }) {
  const { t } = useTranslation('overview');
  const format = useFormat();
  const left = useSecondsLeft(channel.seconds_left);
  return (
    <Stack component="li" sx={{ py: 1, gap: 0.5, '&:not(:last-child)': { borderBottom: 1, borderColor: 'divider' } }}>
      <Stack direction="row" sx={{ justifyContent: 'space-between', alignItems: 'center', gap: 1 }}>
        <Link component={RouterLink} to={`/panel/channels/${channel.id}`} sx={{ minWidth: 0 }}>
          <Clipped text={channel.name || `#${channel.id}`} lines={1} />
        </Link>
        <StatusChip tone={tones[channel.why]} label={t(`unhealthy.why.${channel.why}`)} />
      </Stack>
      <Typography variant="body2" color="textSecondary" component="div">
        {channel.reason && <Clipped text={channel.reason} lines={3} />}
        {channel.since > 0 && <Time at={channel.since} />}
        {left > 0 && t('unhealthy.left', { time: format.duration(left * 1000) })}
      </Typography>
    </Stack>
  );
}
