import { type LogRow, useGetLogHistogramQuery, useGetLogQuery, useGetLogSelfHistogramQuery, useGetLogSelfQuery } from '../../api/generated';
import { useSite } from '../../app/useSite';
import { useCan } from '../../auth/useAccount';
import type { ListState } from '../../components/table/useListState';
import { operatorConditions, ownConditions } from './requestFilters';

interface RequestList {
  rows: LogRow[] | undefined;
  /** Where the older rows begin; absent on the last page. */
  next: string | undefined;
  loading: boolean;
  error: unknown;
  refetch: () => void;
}

/** A page of the log: everybody's, which goes on after a row, or one's own, which goes on by number. */
export function useRequestList(state: ListState, range: { from: number; to: number }): RequestList {
  const seesAll = useCan()('requests.all');
  const { quotaPerUnit } = useSite();
  const cursor = state.cursor === undefined ? undefined : Number(state.cursor);
  const shared = { ...ownConditions(state, quotaPerUnit), startTimestamp: range.from, endTimestamp: range.to, size: state.size, count: false };
  const everybodys = useGetLogQuery({ ...shared, ...operatorConditions(state), beforeId: cursor }, { skip: !seesAll });
  const own = useGetLogSelfQuery({ ...shared, page: cursor ?? 1 }, { skip: seesAll });
  const { data, isFetching, error, refetch } = seesAll ? everybodys : own;
  return { rows: data?.data, next: nextCursor(data, state.size), loading: isFetching, error, refetch: () => void refetch() };
}

/** How the requests of the list spread over a time. */
export function useRequestHistogram(state: ListState, range: { from: number; to: number }, { skip = false } = {}) {
  const seesAll = useCan()('requests.all');
  const { quotaPerUnit } = useSite();
  const shared = { ...ownConditions(state, quotaPerUnit), startTimestamp: range.from, endTimestamp: range.to };
  const everybodys = useGetLogHistogramQuery({ ...shared, ...operatorConditions(state) }, { skip: skip || !seesAll });
  const own = useGetLogSelfHistogramQuery(shared, { skip: skip || seesAll });
  const { currentData, error, refetch } = seesAll ? everybodys : own;
  return { histogram: currentData, error, refetch: () => void refetch() };
}

function nextCursor(page: { data: LogRow[]; page: number; next_before_id?: number } | undefined, size: number): string | undefined {
  if (!page) return undefined;
  if (page.next_before_id !== undefined) return page.next_before_id > 0 ? String(page.next_before_id) : undefined;
  return page.data.length === size ? String(page.page + 1) : undefined;
}
