import CheckCircleIcon from '@mui/icons-material/CheckCircleOutlined';
import ErrorIcon from '@mui/icons-material/ErrorOutlined';
import FlagIcon from '@mui/icons-material/FlagOutlined';
import LoginIcon from '@mui/icons-material/Login';
import MoreIcon from '@mui/icons-material/MoreVert';
import StreamIcon from '@mui/icons-material/Bolt';
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Stack from '@mui/material/Stack';
import type SvgIcon from '@mui/material/SvgIcon';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import type { LogDetail } from '../../api/generated';
import { Time } from '../../components/format/Time';
import { useFormat } from '../../components/format/useFormat';

type Attempt = NonNullable<LogDetail['attempts']>[number];

/** What happened to a call, in its order. */
export function TimeLine({ detail }: { detail: LogDetail }) {
  const { t } = useTranslation('requests');
  const format = useFormat();
  const { row, attempts } = detail;
  const firstByteMs = row.metadata?.first_response ?? 0;
  const tries = attempts ?? [];
  return (
    <Box component="ol" sx={{ m: 0, p: 0, listStyle: 'none' }}>
      <Step icon={LoginIcon} title={t('timeLine.received')} text={<Time at={row.created_at - Math.floor(row.request_time / 1000)} absolute />} />
      {tries.map((attempt, index) => (
        <AttemptStep key={index} attempt={attempt} number={numberOf(index, tries.length, detail.attempts_left_out)} leftOut={index === tries.length - 1 ? detail.attempts_left_out : 0} />
      ))}
      {firstByteMs > 0 && <Step icon={StreamIcon} title={t('timeLine.firstByte')} text={t('timeLine.after', { time: format.duration(firstByteMs) })} />}
      <Step
        icon={row.error ? ErrorIcon : FlagIcon}
        bad={row.error !== ''}
        title={row.error ? t('timeLine.failed') : row.interrupted ? t('timeLine.interrupted') : t('timeLine.finished')}
        text={
          <>
            {t('timeLine.after', { time: format.duration(row.request_time) })}
            {row.error && ` · ${row.error}`}
          </>
        }
        notes={[row.estimated && t('timeLine.estimated'), row.recovered && t('timeLine.recovered'), row.unbilled && t('timeLine.unbilled')]}
      />
    </Box>
  );
}

/** Of many attempts the list holds the first ones and the last. */
function numberOf(index: number, length: number, leftOut: number): number {
  return index === length - 1 ? index + 1 + leftOut : index + 1;
}

function AttemptStep({ attempt, number, leftOut }: { attempt: Attempt; number: number; leftOut: number }) {
  const { t } = useTranslation('requests');
  const { channel_id: channel, channel_name: name, answered, error } = attempt;
  return (
    <>
      {leftOut > 0 && <Step icon={MoreIcon} title={t('timeLine.leftOut', { count: leftOut })} />}
      <Step
        icon={answered ? CheckCircleIcon : ErrorIcon}
        bad={!answered}
        title={
          <>
            {t('timeLine.attempt', { number })}{' '}
            {name ? (
              <Link component={RouterLink} to={`/panel/channels/${channel}`}>
                <bdi>{name}</bdi>
              </Link>
            ) : (
              t('timeLine.goneChannel', { id: channel })
            )}
          </>
        }
        text={answered ? t('timeLine.answered') : error}
      />
    </>
  );
}

interface StepProps {
  icon: typeof SvgIcon;
  title: ReactNode;
  text?: ReactNode;
  notes?: readonly (string | false)[];
  bad?: boolean;
}

function Step({ icon: Icon, title, text, notes = [], bad = false }: StepProps) {
  return (
    <Stack
      component="li"
      direction="row"
      sx={{
        position: 'relative',
        gap: 1.5,
        pb: 2,
        '&:last-child': { pb: 0 },
        '&:not(:last-child)::before': { content: '""', position: 'absolute', left: 9, top: 24, bottom: 2, width: '2px', bgcolor: 'divider' },
      }}
    >
      <Icon aria-hidden fontSize="small" color={bad ? 'error' : 'action'} />
      <Box sx={{ minWidth: 0, overflowWrap: 'anywhere' }}>
        <Typography variant="body2" sx={{ fontWeight: 600 }}>
          {title}
        </Typography>
        {text && (
          <Typography variant="body2" color={bad ? 'error' : 'textSecondary'} component="div">
            {text}
          </Typography>
        )}
        {notes.filter((note) => note !== false).map((note) => (
          <Typography key={note} variant="body2" color="textSecondary">
            {note}
          </Typography>
        ))}
      </Box>
    </Stack>
  );
}
