import { useGetOverviewQuery } from '../../api/generated';
import { useCompare } from '../../components/filters/useCompare';
import { usePeriod } from './usePeriod';

const refreshMs = 30_000;

/** The figures of the time that the address asks for, and of the time before if it asks for those, read again while somebody looks. */
export function useOverview(scope: 'own' | 'all') {
  const [days, setDays] = usePeriod();
  const [compare, setCompare] = useCompare();
  const query = useGetOverviewQuery({ scope, days, compare: compare || undefined }, { pollingInterval: refreshMs, skipPollingIfUnfocused: true });
  return { ...query, days, setDays, compare, setCompare };
}
