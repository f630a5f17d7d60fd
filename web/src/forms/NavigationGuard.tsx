import { useBlocker } from 'react-router';
import { LeaveQuestion } from './LeaveQuestion';

interface NavigationGuardProps {
  isReleased: () => boolean;
  onLeave: () => void;
  /** Addresses that begin so are still this page. */
  within?: string;
}

/**
 * Holds up what leads to another page. Drawn only while there are changes: the router hears one guard at a time, and a page may
 * have several forms.
 */
export function NavigationGuard({ isReleased, onLeave, within }: NavigationGuardProps) {
  const blocker = useBlocker(({ currentLocation: here, nextLocation: there }) => {
    const stays = there.pathname === here.pathname || (within !== undefined && there.pathname.startsWith(within));
    return !isReleased() && !stays;
  });
  if (blocker.state !== 'blocked') return null;
  const leave = () => {
    onLeave();
    blocker.proceed();
  };
  return <LeaveQuestion onStay={blocker.reset} onLeave={leave} />;
}
