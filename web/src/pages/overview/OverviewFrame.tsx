import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import Stack from '@mui/material/Stack';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Overview } from '../../api/generated';
import { ErrorPanel } from '../../components/feedback/ErrorPanel';
import { Page } from '../../layout/Page';
import { PeriodPicker } from './PeriodPicker';
import type { useOverview } from './useOverview';

interface OverviewFrameProps {
  query: ReturnType<typeof useOverview>;
  subtitle: string;
  /** What does not depend on the figures, above them. */
  head?: ReactNode;
  children: (overview: Overview) => ReactNode;
}

/** The head of both overviews, and what stands below it until the figures are there. */
export function OverviewFrame({ query, subtitle, head, children }: OverviewFrameProps) {
  const { t } = useTranslation('overview');
  const { data, error, isFetching, refetch, days, setDays, compare, setCompare } = query;
  const retry = () => void refetch();
  return (
    <Page title={t('title')} subtitle={subtitle} actions={<PeriodPicker days={days} onChange={setDays} compare={compare} onCompare={setCompare} onRefresh={retry} refreshing={isFetching} />}>
      <Stack sx={{ gap: 2 }}>
        {head}
        {error !== undefined && <ErrorPanel title={data && t('outdated')} error={error} onRetry={retry} />}
        {!data && error === undefined && <Loading />}
        {data && children(data)}
      </Stack>
    </Page>
  );
}

function Loading() {
  const { t } = useTranslation();
  return (
    <Box role="status" aria-label={t('loading')}>
      <Skeleton variant="rounded" height={96} sx={{ mb: 2 }} />
      <Skeleton variant="rounded" height={280} />
    </Box>
  );
}
