import TimerIcon from '@mui/icons-material/TimerOutlined';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { Channel } from '../../api/generated';
import { useFormat } from '../../components/format/useFormat';
import { useSecondsLeft } from '../../components/useSecondsLeft';

/** Why an enabled channel gets no calls for a while, or fewer, and how long still. */
export function ChannelPause({ channel }: { channel: Channel }) {
  const { t } = useTranslation('channels');
  const { health } = channel;
  if (!health) return null;
  if (health.breaker === 'trial') return <Pause text={t('pause.trial')} />;
  if (health.breaker === 'open') return <Countdown seconds={health.breaker_seconds} text={t('pause.open')} />;
  if (health.cooldown_seconds <= 0) return null;
  const { keys, keys_cooling: cooling } = health;
  return <Countdown seconds={health.cooldown_seconds} text={keys > 1 ? t('pause.coolingKeys', { cooling, keys }) : t('pause.cooling')} />;
}

function Countdown({ seconds, text }: { seconds: number; text: string }) {
  const { duration } = useFormat();
  const left = useSecondsLeft(seconds);
  return <Pause text={left > 0 ? `${text} · ${duration(left * 1000)}` : text} />;
}

function Pause({ text }: { text: string }) {
  return (
    <Stack direction="row" sx={{ gap: 0.5, alignItems: 'center', color: 'warning.main' }}>
      <TimerIcon aria-hidden sx={{ fontSize: 16 }} />
      <Typography variant="caption" sx={{ fontVariantNumeric: 'tabular-nums' }}>
        {text}
      </Typography>
    </Stack>
  );
}
