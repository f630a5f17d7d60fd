import Skeleton from '@mui/material/Skeleton';
import { lazy, Suspense } from 'react';
import { ErrorBoundary } from '../feedback/ErrorBoundary';
import type { TimeSeriesProps } from './timeSeries';

const Plot = lazy(() => import('./Plot'));

/** Values over time, as lines or bars; the library that draws them is loaded with the first one. */
export function TimeSeriesChart(props: TimeSeriesProps) {
  const { height = 240 } = props;
  return (
    <ErrorBoundary>
      <Suspense fallback={<Skeleton variant="rounded" height={height} />}>
        <Plot {...props} />
      </Suspense>
    </ErrorBoundary>
  );
}
