import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { LogSpan } from '../../api/generated';
import { TimeSeriesChart } from '../../components/charts/TimeSeriesChart';
import { useChangeText } from '../../components/charts/useChangeText';
import { ErrorPanel } from '../../components/feedback/ErrorPanel';
import { previousRange } from '../../components/filters/timeRange';
import type { TimeRange } from '../../components/filters/useTimeRange';
import { useFormat } from '../../components/format/useFormat';
import type { ListState } from '../../components/table/useListState';
import { useRequestHistogram } from './useRequestList';

/** How many of the requests below came when, those that failed apart. Marking a stretch of it narrows the time to that. */
export function RequestHistogram({ state, range }: { state: ListState; range: TimeRange }) {
  const { t } = useTranslation(['requests', 'charts']);
  const format = useFormat();
  const { histogram, error, refetch } = useRequestHistogram(state, range);
  const before = useRequestHistogram(state, previousRange(range), { skip: !range.compare });
  if (error !== undefined) return <ErrorPanel title={t('histogram.failed')} error={error} onRetry={refetch} />;
  if (before.error !== undefined) return <ErrorPanel title={t('histogram.failed')} error={before.error} onRetry={before.refetch} />;
  if (!hasRequests(histogram) && !hasRequests(before.histogram)) return null;
  const { data: spans = [], complete = true } = histogram ?? {};
  const isWhole = complete && before.histogram?.complete !== false;
  // Spans of both begin with their times, where none had to be left out.
  const former = range.compare && isWhole ? before.histogram?.data : undefined;
  return (
    <Paper variant="outlined" sx={{ mb: 1, pt: 1 }}>
      <TimeSeriesChart
        kind="bars"
        stacked
        height={120}
        label={t('histogram.title')}
        times={spans.map(({ start }) => start)}
        series={[
          { id: 'requests', tone: 'main', label: t('histogram.answered'), values: spans.map(({ count, errors }) => count - errors) },
          { id: 'errors', tone: 'bad', label: t('histogram.failedCalls'), values: spans.map(({ errors }) => errors) },
          ...(former ? [{ id: 'before', tone: 'past' as const, label: t('charts:previous'), values: spans.map((_, index) => former[index]?.count ?? null) }] : []),
        ]}
        formatValue={format.compact}
        onZoom={(from, to) => range.setChoice({ from, to })}
      />
      {former && <Comparison spans={spans} former={former} />}
      {!isWhole && (
        <Typography variant="caption" color="textSecondary" component="p" sx={{ px: 1, pb: 0.5 }}>
          {t('histogram.newestOnly')}
        </Typography>
      )}
    </Paper>
  );
}

function hasRequests(histogram: { data: readonly LogSpan[] } | undefined): boolean {
  return histogram?.data.some(({ count }) => count > 0) ?? false;
}

function Comparison({ spans, former }: { spans: readonly LogSpan[]; former: readonly LogSpan[] }) {
  const { t } = useTranslation('requests');
  const { number } = useFormat();
  const change = useChangeText();
  const figure = (name: string, member: 'count' | 'errors') => {
    const [now, before] = [sumOf(spans, member), sumOf(former, member)];
    return t('histogram.figure', { name, value: number(now), change: change(now, before) });
  };
  return (
    <Typography variant="body2" color="textSecondary" sx={{ px: 1, pb: 0.5 }}>
      {figure(t('histogram.all'), 'count')} · {figure(t('histogram.failedCalls'), 'errors')}
    </Typography>
  );
}

function sumOf(spans: readonly LogSpan[], member: 'count' | 'errors'): number {
  return spans.reduce((sum, span) => sum + span[member], 0);
}
