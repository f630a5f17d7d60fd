import type { Tone } from './colors';

export interface Series {
  id: string;
  label: string;
  /** Its colour, where it is no model, channel or user: those have one of their own, by `id`. */
  tone?: Tone;
  /** One a time; null where there is none. */
  values: readonly (number | null)[];
}

export interface TimeSeriesProps {
  /** What the chart shows, for its name and its table. */
  label: string;
  /** Unix seconds, ascending. */
  times: readonly number[];
  series: readonly Series[];
  kind?: 'line' | 'bars';
  /** Piles the series up; values count from those below. */
  stacked?: boolean;
  formatValue?: (value: number) => string;
  height?: number;
  /** A stretch of time was marked by dragging. */
  onZoom?: (from: number, to: number) => void;
}

/** Each series raised by the sum of those before it; the last one is the total. */
export function stack(series: readonly Series[]): (number | null)[][] {
  const sums: number[] = [];
  return series.map(({ values }) =>
    values.map((value, index) => {
      const sum = (sums[index] ?? 0) + (value ?? 0);
      sums[index] = sum;
      return sum;
    }),
  );
}
