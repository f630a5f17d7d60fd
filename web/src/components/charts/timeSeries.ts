import type { Tone } from './colors';

export interface Series {
  id: string;
  label: string;
  /**
   * Its colour, where it is no model, channel or user: those have one of their own, by `id`.
   * `past` is the time before, moved to this one: it is drawn behind the others, and outside of their pile.
   */
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

export interface DrawnSeries extends Series {
  color: string;
}

/** What is drawn, what is farthest behind first: the time before, and of a pile its top. */
export function drawnSeries(series: readonly Series[], colors: readonly string[], stacked: boolean): DrawnSeries[] {
  const colored = series.map((one, index) => ({ ...one, color: colors[index] ?? '' }));
  const past = colored.filter(({ tone }) => tone === 'past');
  const present = colored.filter(({ tone }) => tone !== 'past');
  if (!stacked) return [...past, ...present];
  const sums = stack(present);
  return [...past, ...present.map((one, index) => ({ ...one, values: sums[index] ?? [] })).toReversed()];
}
