import { useEffect, useRef, useState } from 'react';
import { useBlocker } from 'react-router';

export interface LeaveGuard {
  /** Whether somebody is about to leave what is not saved, and has to say so. */
  asking: boolean;
  /** Leaves by `leave`, at once or after the question. */
  request: (leave: () => void) => void;
  /** The answers to the question. */
  stay: () => void;
  goOn: () => void;
  /** Leaving is fine: it was saved. Until something is changed again. */
  release: () => void;
}

/**
 * Asks before unsaved changes are left, by a link, the browser's buttons, or a dialog's.
 * @param within  A path below which all addresses show the same changes, so that moving among them leaves nothing.
 */
export function useLeaveGuard(dirty: boolean, within?: string): LeaveGuard {
  const released = useRef(false);
  const [pending, setPending] = useState<() => void>();
  const blocker = useBlocker(({ currentLocation: { pathname: here }, nextLocation: { pathname: there } }) => {
    const stays = within === undefined ? there === here : there.startsWith(within);
    return dirty && !released.current && !stays;
  });

  useEffect(() => {
    if (!dirty) {
      released.current = false;
      return;
    }
    const warn = (event: BeforeUnloadEvent) => {
      if (!released.current) event.preventDefault();
    };
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [dirty]);

  return {
    asking: pending !== undefined || blocker.state === 'blocked',
    request: (leave) => {
      if (dirty) setPending(() => leave);
      else leave();
    },
    stay: () => {
      setPending(undefined);
      blocker.reset?.();
    },
    goOn: () => {
      released.current = true;
      if (blocker.state === 'blocked') blocker.proceed();
      else pending?.();
      setPending(undefined);
    },
    release: () => {
      released.current = true;
    },
  };
}
