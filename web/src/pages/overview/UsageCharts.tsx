import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { Overview, UsageBucket } from '../../api/generated';
import type { Series as ChartSeries } from '../../components/charts/timeSeries';
import { TimeSeriesChart } from '../../components/charts/TimeSeriesChart';
import { useChangeText } from '../../components/charts/useChangeText';
import { useFormat } from '../../components/format/useFormat';
import { Section } from '../../components/Section';
import { useQuotaTick } from './useQuotaTick';

/** Calls, cost and tokens over the time that is looked at, and over the one before where that is wanted. */
export function UsageCharts({ overview: { series, previous } }: { overview: Overview }) {
  const { t } = useTranslation('overview');
  const format = useFormat();
  const quotaTick = useQuotaTick();
  return (
    <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'repeat(3, minmax(0, 1fr))' } }}>
      <UsageChart
        title={t('charts.calls')}
        now={series}
        before={previous}
        total={({ requests, errors }) => requests + errors}
        series={[
          { id: 'requests', tone: 'main', label: t('figures.requests'), values: series.map(({ requests }) => requests) },
          { id: 'errors', tone: 'bad', label: t('figures.errors'), values: series.map(({ errors }) => errors) },
        ]}
        formatValue={format.compact}
      />
      <UsageChart
        title={t('charts.cost')}
        now={series}
        before={previous}
        total={({ quota }) => quota}
        series={[{ id: 'cost', tone: 'main', label: t('figures.cost'), values: series.map(({ quota }) => quota) }]}
        formatValue={quotaTick}
      />
      <UsageChart
        title={t('charts.tokens')}
        now={series}
        before={previous}
        total={({ prompt_tokens: input, completion_tokens: output }) => input + output}
        series={[
          { id: 'input', tone: 'main', label: t('figures.input'), values: series.map(({ prompt_tokens: input }) => input) },
          { id: 'output', tone: 'second', label: t('figures.output'), values: series.map(({ completion_tokens: output }) => output) },
        ]}
        formatValue={format.compact}
      />
    </Box>
  );
}

interface UsageChartProps {
  title: string;
  now: Overview['series'];
  before: Overview['previous'];
  /** What the bars of a bucket add up to. */
  total: (bucket: UsageBucket) => number;
  series: ChartSeries[];
  formatValue: (value: number) => string;
}

function UsageChart({ title, now, before, total, series, formatValue }: UsageChartProps) {
  const { t } = useTranslation(['overview', 'charts']);
  const change = useChangeText();
  const past: ChartSeries[] = before ? [{ id: 'before', tone: 'past', label: t('charts:previous'), values: before.map(total) }] : [];
  const sum = (buckets: readonly UsageBucket[]) => buckets.reduce((all, bucket) => all + total(bucket), 0);
  return (
    <Section title={title}>
      <TimeSeriesChart kind="bars" stacked height={200} label={title} times={now.map(({ at }) => at)} series={[...series, ...past]} formatValue={formatValue} />
      {before && (
        <Typography variant="body2" color="textSecondary" sx={{ px: 1 }}>
          {t('charts.total', { value: formatValue(sum(now)), change: change(sum(now), sum(before)) })}
        </Typography>
      )}
    </Section>
  );
}
