/** What calls wait for that cannot go on without somebody's doing. */
export interface Interruption {
  /** @return whether it was done (true) or given up (false). */
  wait: (signal: AbortSignal) => Promise<boolean>;
  settle: (done: boolean) => void;
}

/** The ended session was taken up again. */
export const signedInAgain = interruption();
/** The password was given once more. */
export const givenPassword = interruption();

function interruption(): Interruption {
  const waiters = new Set<(done: boolean) => void>();
  return {
    wait: (signal) =>
      new Promise((resolve) => {
        const finish = (done: boolean) => {
          waiters.delete(finish);
          resolve(done);
        };
        waiters.add(finish);
        signal.addEventListener('abort', () => finish(false), { once: true });
      }),
    settle: (done) => {
      for (const finish of [...waiters]) finish(done);
    },
  };
}
