import Box from '@mui/material/Box';
import { useTranslation } from 'react-i18next';
import type { Overview } from '../../api/generated';
import { useChangeText } from '../../components/charts/useChangeText';
import { useFormat } from '../../components/format/useFormat';
import { Attention } from './Attention';
import { errorRateOf, isQuiet, isQuietSeries, sumOf, tokensOf } from './figures';
import { LatencyPanel } from './LatencyPanel';
import { OverviewFrame } from './OverviewFrame';
import { QuietPanel } from './QuietPanel';
import { SetupChecklist } from './SetupChecklist';
import { Tiles } from './Tiles';
import { TopLists } from './TopLists';
import { UnhealthyChannels } from './UnhealthyChannels';
import { UsageCharts } from './UsageCharts';
import { useChange } from './useChange';
import { useOverview } from './useOverview';

/** What happens on the whole gateway, and what wants attention. */
export function OperatorOverview() {
  const { t } = useTranslation('overview');
  return (
    <OverviewFrame query={useOverview('all')} subtitle={t('subtitleAll')} head={<SetupChecklist />}>
      {(overview) => (
        <>
          <Attention warnings={overview.warnings ?? []} />
          <TodayTiles overview={overview} />
          {isQuiet(overview) ? <QuietPanel /> : <UsageCharts overview={overview} />}
          <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(2, minmax(0, 1fr))' } }}>
            <UnhealthyChannels channels={overview.unhealthy_channels ?? []} />
            <LatencyPanel overview={overview} />
          </Box>
          {!isQuiet(overview) && <TopLists overview={overview} />}
        </>
      )}
    </OverviewFrame>
  );
}

function TodayTiles({ overview: { totals, series, previous, days } }: { overview: Overview }) {
  const { t } = useTranslation('overview');
  const format = useFormat();
  const change = useChange();
  const { today, yesterday } = totals;
  const changeText = useChangeText();
  const rate = (of: typeof series) => {
    const share = errorRateOf(of);
    return share === undefined ? '—' : format.percent(share);
  };
  const rateBefore = (before: typeof series) => (isQuietSeries(before) ? changeText(0, 0) : t('tiles.rateBefore', { rate: rate(before) }));
  const input = sumOf(series, 'prompt_tokens');
  const cached = input > 0 && t('tiles.cached', { share: format.percent(sumOf(series, 'cache_read_tokens') / input) });
  return (
    <Tiles
      label={t('keyFigures')}
      tiles={[
        { id: 'requests', label: t('tiles.requestsToday'), value: format.compact(today.requests), note: change(today.requests, yesterday.requests) },
        { id: 'cost', label: t('tiles.costToday'), value: format.quota(today.quota), note: change(today.quota, yesterday.quota) },
        { id: 'month', label: t('tiles.costMonth'), value: format.quota(totals.last_30_days.quota), note: t('tiles.requestCount', { count: totals.last_30_days.requests, formatted: format.compact(totals.last_30_days.requests) }) },
        { id: 'errors', label: t('tiles.errorRate'), value: rate(series), note: previous ? rateBefore(previous) : t(`periods.${days === 7 || days === 30 ? days : 1}`) },
        { id: 'tokens', label: t('tiles.tokens'), value: format.compact(tokensOf(series)), note: previous ? changeText(tokensOf(series), tokensOf(previous)) : cached },
      ]}
    />
  );
}
