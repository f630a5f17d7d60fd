type Waiter = (signedIn: boolean) => void;

const waiters = new Set<Waiter>();

/** Waits until the ended session is taken up again (true) or given up (false). Calls that were refused wait here. */
export function signInAgain(signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const finish: Waiter = (signedIn) => {
      waiters.delete(finish);
      resolve(signedIn);
    };
    waiters.add(finish);
    signal.addEventListener('abort', () => finish(false), { once: true });
  });
}

export function settleSignInAgain(signedIn: boolean): void {
  for (const finish of [...waiters]) finish(signedIn);
}
