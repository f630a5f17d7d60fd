import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useGetUserDashboardQuery } from '../../api/generated';
import { TimeSeriesChart } from '../../components/charts/TimeSeriesChart';
import { ErrorPanel } from '../../components/feedback/ErrorPanel';
import { Section } from '../../components/Section';
import { modelSeries } from './modelSeries';
import { useQuotaTick } from './useQuotaTick';

/** What one's own calls of the last week cost, by model. */
export function ModelChart() {
  const { t } = useTranslation('overview');
  const quotaTick = useQuotaTick();
  const { data, error, isLoading, refetch } = useGetUserDashboardQuery(undefined, { refetchOnMountOrArgChange: true });
  const others = t('charts.others');
  const { times, series } = useMemo(() => modelSeries(data ?? [], others), [data, others]);
  return (
    <Section title={t('charts.byModel')}>
      {error !== undefined && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {isLoading && <Skeleton variant="rounded" height={220} />}
      {data !== undefined && times.length === 0 && <Typography color="textSecondary">{t('top.none')}</Typography>}
      {times.length > 0 && <TimeSeriesChart kind="bars" stacked height={220} label={t('charts.byModel')} times={times} series={series} formatValue={quotaTick} />}
    </Section>
  );
}
