import { useGetOverviewQuery } from '../../api/generated';
import { usePeriod } from './usePeriod';

const refreshMs = 30_000;

/** The figures of the time that the address asks for, read again while somebody looks. */
export function useOverview(scope: 'own' | 'all') {
  const [days, setDays] = usePeriod();
  const query = useGetOverviewQuery({ scope, days }, { pollingInterval: refreshMs, skipPollingIfUnfocused: true });
  return { ...query, days, setDays };
}
