import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Skeleton from '@mui/material/Skeleton';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import { type Channel, type LogRow, useGetLogQuery } from '../../api/generated';
import { ErrorPanel } from '../../components/feedback/ErrorPanel';
import { Time } from '../../components/format/Time';
import { Section } from '../../components/Section';
import { requestPath, requestsPath } from '../requests/requestsPath';

const shown = 10;

/** The newest calls that failed on this channel. */
export function ChannelErrors({ channel }: { channel: Channel }) {
  const { t } = useTranslation(['channels', 'common']);
  const { data, error, refetch } = useGetLogQuery({ channelId: channel.id, status: 'error', page: 1, size: shown, count: false });
  return (
    <Section
      title={t('errors.title')}
      actions={
        <Button size="small" component={RouterLink} to={requestsPath({ channel: String(channel.id) })}>
          {t('showRequests')}
        </Button>
      }
    >
      {error !== undefined && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {!data && error === undefined && <Skeleton role="status" variant="rounded" height={80} aria-label={t('common:loading')} />}
      {data?.data.length === 0 && <Typography color="textSecondary">{t('errors.none')}</Typography>}
      <Stack component="ul" sx={{ m: 0, p: 0, listStyle: 'none', gap: 1 }}>
        {data?.data.map((row) => <FailedCall key={row.id} row={row} />)}
      </Stack>
    </Section>
  );
}

function FailedCall({ row }: { row: LogRow }) {
  const { t } = useTranslation(['channels', 'common']);
  return (
    <Stack component="li" direction={{ xs: 'column', sm: 'row' }} sx={{ columnGap: 2, typography: 'body2', minWidth: 0 }}>
      <Link component={RouterLink} to={requestPath(row.request_id)} sx={{ minWidth: 130 }}>
        <Time at={row.created_at} />
      </Link>
      <Typography variant="body2" sx={{ minWidth: 180, overflowWrap: 'anywhere', fontWeight: 600 }}>
        {row.model_name}
      </Typography>
      <Typography variant="body2" color="textSecondary" sx={{ overflowWrap: 'anywhere', minWidth: 0 }}>
        {row.status > 0 && t('errors.status', { status: row.status })} {row.error || row.content}
      </Typography>
    </Stack>
  );
}
