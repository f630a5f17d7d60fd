import Box from '@mui/material/Box';
import { useTranslation } from 'react-i18next';
import type { Overview } from '../../api/generated';
import { TimeSeriesChart } from '../../components/charts/TimeSeriesChart';
import { useFormat } from '../../components/format/useFormat';
import { Section } from '../../components/Section';
import { useQuotaTick } from './useQuotaTick';

/** Calls, cost and tokens over the time that is looked at. */
export function UsageCharts({ overview: { series } }: { overview: Overview }) {
  const { t } = useTranslation('overview');
  const format = useFormat();
  const quotaTick = useQuotaTick();
  const times = series.map(({ at }) => at);
  return (
    <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'repeat(3, minmax(0, 1fr))' } }}>
      <Section title={t('charts.calls')}>
        <TimeSeriesChart
          kind="bars"
          stacked
          height={200}
          label={t('charts.calls')}
          times={times}
          series={[
            { id: 'requests', tone: 'main', label: t('figures.requests'), values: series.map(({ requests }) => requests) },
            { id: 'errors', tone: 'bad', label: t('figures.errors'), values: series.map(({ errors }) => errors) },
          ]}
          formatValue={format.compact}
        />
      </Section>
      <Section title={t('charts.cost')}>
        <TimeSeriesChart
          kind="bars"
          height={200}
          label={t('charts.cost')}
          times={times}
          series={[{ id: 'cost', tone: 'main', label: t('figures.cost'), values: series.map(({ quota }) => quota) }]}
          formatValue={quotaTick}
        />
      </Section>
      <Section title={t('charts.tokens')}>
        <TimeSeriesChart
          kind="bars"
          stacked
          height={200}
          label={t('charts.tokens')}
          times={times}
          series={[
            { id: 'input', tone: 'main', label: t('figures.input'), values: series.map(({ prompt_tokens: input }) => input) },
            { id: 'output', tone: 'second', label: t('figures.output'), values: series.map(({ completion_tokens: output }) => output) },
          ]}
          formatValue={format.compact}
        />
      </Section>
    </Box>
  );
}
