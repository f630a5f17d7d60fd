import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

/** Whether a page compares its time with the one before, in its address. */
export function useCompare(): [boolean, (compare: boolean) => void] {
  const [params, setParams] = useSearchParams();
  const setCompare = useCallback(
    (compare: boolean) =>
      setParams((current) => {
        const next = new URLSearchParams(current);
        if (compare) next.set('compare', '1');
        else next.delete('compare');
        return next;
      }),
    [setParams],
  );
  return [params.get('compare') === '1', setCompare];
}
