import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { Channel } from '../../api/generated';
import { useCan } from '../../auth/useAccount';
import { Facts } from '../../components/Facts';
import { Time } from '../../components/format/Time';
import { useFormat } from '../../components/format/useFormat';
import { Section } from '../../components/Section';
import { isEnabled } from './channel';
import { ChannelPause } from './ChannelPause';
import { ChannelStatus, ChannelSwitch } from './ChannelState';

/** Whether it takes calls, why not, and how those it took went. */
export function ChannelHealth({ channel }: { channel: Channel }) {
  const { t } = useTranslation('channels');
  const can = useCan();
  return (
    <Section
      title={t('health.title')}
      actions={
        <Stack direction="row" sx={{ alignItems: 'center', gap: 0.5 }}>
          {can('channels.write') && <ChannelSwitch channel={channel} />}
          <ChannelStatus channel={channel} />
        </Stack>
      }
    >
      {!isEnabled(channel) && <Disabled channel={channel} />}
      <ChannelPause channel={channel} />
      {channel.health ? <Figures health={channel.health} /> : <Typography color="textSecondary">{t('health.unknown')}</Typography>}
    </Section>
  );
}

function Disabled({ channel }: { channel: Channel }) {
  const { t } = useTranslation('channels');
  const { disabled_reason: reason, disabled_time: since } = channel;
  if (!reason && since <= 0) return null;
  return (
    <Facts
      facts={[
        since > 0 && { label: t('health.since'), value: <Time at={since} absolute /> },
        reason !== '' && { label: t('health.reason'), value: reason },
      ]}
    />
  );
}

function Figures({ health }: { health: NonNullable<Channel['health']> }) {
  const { t } = useTranslation('channels');
  const { number, duration, percent } = useFormat();
  const calls = health.answered + health.failed;
  return (
    <>
      <Facts
        facts={[
          { label: t('health.inFlight'), value: number(health.in_flight) },
          { label: t('health.answered'), value: number(health.answered) },
          { label: t('health.failed'), value: calls > 0 ? `${number(health.failed)} (${percent(health.failed / calls)})` : number(health.failed) },
          { label: t('health.limited'), value: number(health.limited) },
          health.failures_in_row > 0 && { label: t('health.failuresInRow'), value: number(health.failures_in_row) },
          { label: t('health.latency'), value: health.latency_ms > 0 ? duration(health.latency_ms) : '—' },
          { label: t('health.breaker'), value: t(`health.breakerState.${health.breaker}`) },
          health.opened > 0 && { label: t('health.opened'), value: number(health.opened) },
          health.keys > 1 && { label: t('keys'), value: t('health.keysOf', { keys: health.keys, cooling: health.keys_cooling, off: health.keys_off }) },
        ]}
      />
      <Typography variant="caption" color="textSecondary" component="p" sx={{ mt: 1.5 }}>
        {t('health.sinceStart')}
      </Typography>
    </>
  );
}
