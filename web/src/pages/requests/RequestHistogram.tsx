import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { TimeSeriesChart } from '../../components/charts/TimeSeriesChart';
import { ErrorPanel } from '../../components/feedback/ErrorPanel';
import type { TimeRange } from '../../components/filters/useTimeRange';
import { useFormat } from '../../components/format/useFormat';
import type { ListState } from '../../components/table/useListState';
import { useRequestHistogram } from './useRequestList';

/** How many of the requests below came when, those that failed apart. Marking a stretch of it narrows the time to that. */
export function RequestHistogram({ state, range }: { state: ListState; range: TimeRange }) {
  const { t } = useTranslation('requests');
  const format = useFormat();
  const { histogram, error, refetch } = useRequestHistogram(state, range);
  if (error !== undefined) return <ErrorPanel title={t('histogram.failed')} error={error} onRetry={refetch} />;
  if (!histogram?.data.some(({ count }) => count > 0)) return null;
  const { data: spans, complete } = histogram;
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
        ]}
        formatValue={format.compact}
        onZoom={(from, to) => range.setChoice({ from, to })}
      />
      {!complete && (
        <Typography variant="caption" color="textSecondary" component="p" sx={{ px: 1, pb: 0.5 }}>
          {t('histogram.newestOnly')}
        </Typography>
      )}
    </Paper>
  );
}
