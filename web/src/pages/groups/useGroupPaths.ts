import { useLocation, useNavigate } from 'react-router';
import type { Group } from '../../api/generated';

const base = '/panel/groups';

/** The dialogs' addresses, which keep what the list behind them shows. */
export function useGroupPaths() {
  const { search } = useLocation();
  const navigate = useNavigate();
  return {
    newPath: `${base}/new${search}`,
    editPath: ({ id }: Group) => `${base}/${id ?? 0}/edit${search}`,
    close: () => void navigate(base + search, { replace: true }),
  };
}
