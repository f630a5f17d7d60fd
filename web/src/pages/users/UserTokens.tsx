import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import { type Token, useGetTokenAdminSearchQuery, type User } from '../../api/generated';
import { Clipped } from '../../components/Clipped';
import { ErrorPanel } from '../../components/feedback/ErrorPanel';
import { Quota } from '../../components/format/Quota';
import { Section } from '../../components/Section';
import { StatusChip } from '../../components/StatusChip';
import { requestsPath } from '../requests/requestsPath';
import { keyHint, nameOf, tokenState } from '../tokens/token';

const step = 20;

/** A user's tokens, each leading to its requests. */
export function UserTokens({ user }: { user: User }) {
  const { t } = useTranslation(['users', 'common']);
  const [size, setSize] = useState(step);
  const { data, error, isFetching, refetch } = useGetTokenAdminSearchQuery({ userId: user.id, page: 1, size });
  return (
    <Section title={data ? t('detail.tokensCounted', { count: data.total_count }) : t('detail.tokens')}>
      {error !== undefined && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {!data && error === undefined && <Skeleton role="status" variant="rounded" height={80} aria-label={t('common:loading')} />}
      {data?.data.length === 0 && <Typography color="textSecondary">{t('detail.noTokens')}</Typography>}
      <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
        {data?.data.map((token) => <Row key={token.id} token={token} />)}
      </Box>
      {data && data.total_count > size && size < 100 && (
        <Button size="small" loading={isFetching} onClick={() => setSize(Math.min(size + step, 100))}>
          {t('detail.more')}
        </Button>
      )}
    </Section>
  );
}

function Row({ token }: { token: Token }) {
  const { t } = useTranslation(['users', 'tokens']);
  const { id, tone } = tokenState(token);
  return (
    <Box
      component="li"
      sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr) auto auto', alignItems: 'center', gap: 2, py: 0.75, '&:not(:last-child)': { borderBottom: 1, borderColor: 'divider' } }}
    >
      <Box sx={{ minWidth: 0 }}>
        <Link component={RouterLink} to={requestsPath({ token_id: String(token.id) })}>
          <Clipped text={nameOf(token)} lines={1} />
        </Link>
        <Typography variant="caption" color="textSecondary">{keyHint(token)}</Typography>
      </Box>
      <Typography variant="body2">
        <Quota value={token.used_quota} />
      </Typography>
      <StatusChip tone={tone} label={t(`tokens:state.${id}`)} />
    </Box>
  );
}
