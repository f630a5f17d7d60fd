import { useEffect, useRef, useState } from 'react';

export interface LeaveGuard {
  /** Whether somebody is about to close what is not saved, and has to say so. */
  asking: boolean;
  /** Leaves by `leave`, at once or after the question. */
  request: (leave: () => void) => void;
  /** The answers to the question. */
  stay: () => void;
  goOn: () => void;
  /** Leaving is fine: it was saved. Until something is changed again. */
  release: () => void;
  isReleased: () => boolean;
}

/** Asks before unsaved changes are left by a dialog's or the browser's buttons; `NavigationGuard` does so for addresses. */
export function useLeaveGuard(dirty: boolean): LeaveGuard {
  const released = useRef(false);
  const [pending, setPending] = useState<() => void>();

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

  const release = () => {
    released.current = true;
  };
  return {
    asking: pending !== undefined,
    request: (leave) => {
      if (dirty) setPending(() => leave);
      else leave();
    },
    stay: () => setPending(undefined),
    goOn: () => {
      release();
      setPending(undefined);
      pending?.();
    },
    release,
    isReleased: () => released.current,
  };
}
