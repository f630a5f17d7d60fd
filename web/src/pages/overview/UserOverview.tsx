import Box from '@mui/material/Box';
import { useTranslation } from 'react-i18next';
import { type Overview, useGetUserSelfQuery } from '../../api/generated';
import { useAccount } from '../../auth/useAccount';
import { useFormat } from '../../components/format/useFormat';
import { daysLeft, isQuiet } from './figures';
import { ModelChart } from './ModelChart';
import { OverviewFrame } from './OverviewFrame';
import { QuickStart } from './QuickStart';
import { QuietPanel } from './QuietPanel';
import { Tiles } from './Tiles';
import { TokenAttention } from './TokenAttention';
import { TopLists } from './TopLists';
import { UsageCharts } from './UsageCharts';
import { useChange } from './useChange';
import { useOverview } from './useOverview';

/** What one's own account has, spends and should see to. */
export function UserOverview() {
  const { t } = useTranslation('overview');
  const { display_name: displayName, username } = useAccount();
  return (
    <OverviewFrame query={useOverview('own')} subtitle={t('subtitleOwn', { name: displayName || username })}>
      {(overview) => (
        <>
          <AccountTiles overview={overview} />
          <TokenAttention />
          {isQuiet(overview) ? <QuietPanel /> : <UsageCharts overview={overview} />}
          {overview.totals.last_7_days.requests > 0 && (
            <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(2, minmax(0, 1fr))' }, alignItems: 'start' }}>
              <ModelChart />
              <TopLists overview={overview} />
            </Box>
          )}
          <QuickStart />
        </>
      )}
    </OverviewFrame>
  );
}

function AccountTiles({ overview: { totals } }: { overview: Overview }) {
  const { t } = useTranslation('overview');
  const format = useFormat();
  const change = useChange();
  // Read anew: calls have been charged since the session began.
  useGetUserSelfQuery(undefined, { refetchOnMountOrArgChange: true });
  const { quota: balance } = useAccount();
  const { today, yesterday, last_7_days: week, last_30_days: month } = totals;
  const days = daysLeft(balance, week.quota);
  return (
    <Tiles
      label={t('keyFigures')}
      tiles={[
        { id: 'balance', label: t('tiles.balance'), value: format.quota(balance), note: days !== undefined && (days > 0 ? t('tiles.lasts', { count: days, formatted: format.number(days) }) : t('tiles.lastsNoDay')) },
        { id: 'cost', label: t('tiles.costToday'), value: format.quota(today.quota), note: change(today.quota, yesterday.quota) },
        { id: 'month', label: t('tiles.costMonth'), value: format.quota(month.quota), note: t('tiles.requestCount', { count: month.requests, formatted: format.compact(month.requests) }) },
        { id: 'requests', label: t('tiles.requestsToday'), value: format.compact(today.requests), note: change(today.requests, yesterday.requests) },
        { id: 'tokens', label: t('tiles.tokensToday'), value: format.compact(today.prompt_tokens + today.completion_tokens) },
      ]}
    />
  );
}
