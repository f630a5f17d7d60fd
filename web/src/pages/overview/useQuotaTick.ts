import { useSite } from '../../app/useSite';
import { useFormat } from '../../components/format/useFormat';

/** Marks of an axis need not be whole quota, which amounts are. */
export function useQuotaTick(): (quota: number) => string {
  const format = useFormat();
  const { showsCurrency } = useSite();
  return (quota) => (showsCurrency ? format.quota(Math.round(quota)) : format.compact(quota));
}
