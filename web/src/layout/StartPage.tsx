import { Navigate } from 'react-router';
import { pathOf } from '../app/pages';
import { useAppSelector } from '../app/store';
import { useMenuPages } from './useMenu';

/** Where the site's bare address leads: to the page that the account likes to start with. */
export function StartPage() {
  const { startPage } = useAppSelector((state) => state.preferences);
  const page = useMenuPages().find(({ id }) => id === startPage);
  return <Navigate to={page ? pathOf(page) : '/panel'} replace />;
}
