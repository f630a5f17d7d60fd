import { type Overview, useGetOverviewQuery } from '../../api/generated';
import { useCompare } from '../../components/filters/useCompare';
import { isComparable, usePeriod } from './usePeriod';

const refreshMs = 30_000;

/** The figures of the time that the address asks for, and of the time before if it asks for those, read again while somebody looks. */
export function useOverview(scope: 'own' | 'all') {
  const [days, setDays] = usePeriod();
  const [compare, setCompare] = useCompare();
  const polling = { pollingInterval: refreshMs, skipPollingIfUnfocused: true };
  const query = useGetOverviewQuery({ scope, days }, polling);
  const twice = useGetOverviewQuery({ scope, days: 2 * days }, { ...polling, skip: !compare || !isComparable(days) });
  const previous = query.data && twice.currentData && seriesBefore(query.data, twice.currentData);
  return { ...query, error: query.error ?? twice.error, previous, days, setDays, compare, setCompare };
}

export type Series = Overview['series'];

/** The part of a longer time before a shorter one; nothing where both are not cut alike, as around midnight. */
export function seriesBefore({ series }: Pick<Overview, 'series'>, { series: longer }: Pick<Overview, 'series'>): Series | undefined {
  const count = longer.length - series.length;
  return count === series.length && longer[count]?.at === series[0]?.at ? longer.slice(0, count) : undefined;
}
