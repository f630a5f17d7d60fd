import { useMemo } from 'react';
import { useLocation, useNavigate } from 'react-router';

/** The addresses of a list's dialogs and details, which keep what the list behind them shows. */
export function useListPaths(list: string) {
  const { search } = useLocation();
  const navigate = useNavigate();
  return useMemo(
    () => ({
      newPath: `${list}/new${search}`,
      editPath: (id: number) => `${list}/${id}/edit${search}`,
      detailPath: (id: number) => `${list}/${id}`,
      /** Back to the list from one of its dialogs. */
      close: () => void navigate(list + search, { replace: true }),
    }),
    [list, search, navigate],
  );
}
