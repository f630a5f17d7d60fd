import { useSearchParams } from 'react-router';

export const periods = [1, 7, 30] as const;

export type Period = (typeof periods)[number];

export function isPeriod(value: unknown): value is Period {
  return periods.some((period) => period === value);
}

/** How many days the charts go back, in the address. */
export function usePeriod(): [Period, (days: Period) => void] {
  const [params, setParams] = useSearchParams();
  const asked = Number(params.get('days'));
  const set = (days: Period) =>
    setParams((current) => {
      const next = new URLSearchParams(current);
      next.set('days', String(days));
      return next;
    });
  return [isPeriod(asked) ? asked : 1, set];
}
