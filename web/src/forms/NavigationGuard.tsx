import { useBlocker } from 'react-router';
import { LeaveQuestion } from './LeaveQuestion';

interface NavigationGuardProps {
  isReleased: () => boolean;
  onLeave: () => void;
}

/**
 * Holds up what leads to another page. Drawn only while there are changes: the router hears one guard at a time, and a page may
 * have several forms.
 */
export function NavigationGuard({ isReleased, onLeave }: NavigationGuardProps) {
  const blocker = useBlocker(({ currentLocation, nextLocation }) => !isReleased() && currentLocation.pathname !== nextLocation.pathname);
  if (blocker.state !== 'blocked') return null;
  const leave = () => {
    onLeave();
    blocker.proceed();
  };
  return <LeaveQuestion onStay={blocker.reset} onLeave={leave} />;
}
