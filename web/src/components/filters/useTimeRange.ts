import { useCallback, useEffect, useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import { type Preset, presets, type RangeChoice, readRange, refreshIntervals, writeRange } from './timeRange';
import { useCompare } from './useCompare';

export interface TimeRange {
  /** Unix seconds. Of a relative range they move on with every refresh, and only then, so that calls stay the same between. */
  from: number;
  to: number;
  choice: RangeChoice;
  setChoice: (choice: RangeChoice) => void;
  refresh: () => void;
  /** Seconds between refreshes by themselves; 0 is never. */
  refreshEveryS: number;
  setRefreshEvery: (seconds: number) => void;
  /** Whether the time before is shown beside it: `previousRange`. */
  compare: boolean;
  setCompare: (compare: boolean) => void;
}

function nowS(): number {
  return Math.floor(Date.now() / 1000);
}

/** The time that a page looks at, kept in its address. */
export function useTimeRange(fallback: Preset): TimeRange {
  const [params, setParams] = useSearchParams();
  const [now, setNow] = useState(nowS);
  const refresh = useCallback(() => setNow(nowS()), []);
  const query = params.toString();
  const choice = useMemo(() => readRange(new URLSearchParams(query), fallback), [query, fallback]);
  const refreshEveryS = refreshIntervals.find((seconds) => String(seconds) === params.get('refresh')) ?? 0;
  const [compare, setCompare] = useCompare();

  useEffect(() => {
    if (refreshEveryS === 0) return;
    const timer = setInterval(() => {
      if (!document.hidden) refresh();
    }, refreshEveryS * 1000);
    return () => clearInterval(timer);
  }, [refreshEveryS, refresh]);

  return useMemo(() => {
    const change = (edit: (next: URLSearchParams) => void) =>
      setParams((current) => {
        const next = new URLSearchParams(current);
        edit(next);
        return next;
      });
    const [from, to] = 'preset' in choice ? [now - presets[choice.preset], now] : [choice.from, choice.to];
    return {
      from,
      to,
      choice,
      setChoice: (next) => {
        refresh();
        change((edited) => writeRange(edited, next));
      },
      refresh,
      refreshEveryS,
      setRefreshEvery: (seconds) =>
        change((edited) => {
          if (seconds === 0) edited.delete('refresh');
          else edited.set('refresh', String(seconds));
        }),
      compare,
      setCompare,
    };
  }, [choice, now, refresh, refreshEveryS, setParams, compare, setCompare]);
}
