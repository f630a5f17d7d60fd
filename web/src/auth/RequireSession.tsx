import { Navigate, Outlet, useLocation } from 'react-router';
import { useAppSelector } from '../app/store';
import { selectPhase } from './sessionSlice';

/** Sends guests to sign in, and back to where they wanted to go afterwards. */
export function RequireSession() {
  const phase = useAppSelector(selectPhase);
  const { pathname, search } = useLocation();
  if (phase !== 'guest') return <Outlet />;
  return <Navigate to={`/login?${new URLSearchParams({ next: pathname + search }).toString()}`} replace />;
}
