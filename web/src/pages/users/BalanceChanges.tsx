import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { type LogRow, useGetLogQuery, type User } from '../../api/generated';
import { Clipped } from '../../components/Clipped';
import { ErrorPanel } from '../../components/feedback/ErrorPanel';
import { Figure } from '../../components/format/Money';
import { Time } from '../../components/format/Time';
import { useFormat } from '../../components/format/useFormat';
import { Section } from '../../components/Section';

const shown = 10;
/** Rows of the log that are about balances, besides calls: changes by administrators, and by the gateway itself. */
const managementType = 3;
const systemType = 4;

/** What was added to a user's balance and taken from it, by whom and why; calls are among the requests. */
export function BalanceChanges({ user }: { user: User }) {
  const { t } = useTranslation(['users', 'common']);
  const page = { userId: user.id, page: 1, size: shown, count: false };
  const byPeople = useGetLogQuery({ ...page, logType: managementType });
  const bySystem = useGetLogQuery({ ...page, logType: systemType });
  const error = byPeople.error ?? bySystem.error;
  const retry = () => {
    void byPeople.refetch();
    void bySystem.refetch();
  };
  const rows = byPeople.data && bySystem.data && newest([...byPeople.data.data, ...bySystem.data.data]);
  return (
    <Section title={t('detail.changes')}>
      {error !== undefined && <ErrorPanel error={error} onRetry={retry} />}
      {!rows && error === undefined && <Skeleton role="status" variant="rounded" height={80} aria-label={t('common:loading')} />}
      {rows?.length === 0 && <Typography color="textSecondary">{t('detail.noChanges')}</Typography>}
      <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
        {rows?.map((row) => <Change key={row.id} row={row} />)}
      </Box>
    </Section>
  );
}

function newest(rows: readonly LogRow[]): LogRow[] {
  return rows.toSorted((a, b) => b.created_at - a.created_at || b.id - a.id).slice(0, shown);
}

function Change({ row }: { row: LogRow }) {
  const format = useFormat();
  return (
    <Box component="li" sx={{ display: 'flex', justifyContent: 'space-between', gap: 2, py: 0.75, '&:not(:last-child)': { borderBottom: 1, borderColor: 'divider' } }}>
      <Box sx={{ minWidth: 0 }}>
        <Clipped text={row.content} />
        <Typography variant="caption" color="textSecondary">
          <Time at={row.created_at} absolute />
        </Typography>
      </Box>
      {row.quota !== 0 && <Figure text={`${row.quota > 0 ? '+' : '−'}${format.quota(Math.abs(row.quota))}`} />}
    </Box>
  );
}
