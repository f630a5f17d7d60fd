export interface Paced<T> {
  put: (value: T) => void;
  /** Drops what waits. */
  stop: () => void;
}

/** Passes on the newest of what is put in, each at least so long after the last: nothing waits for what may never come. */
export function paced<T>(everyMs: number, pass: (value: T) => void): Paced<T> {
  let newest: { value: T } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let passedMs = -Infinity;
  const flush = () => {
    timer = undefined;
    passedMs = performance.now();
    if (newest) pass(newest.value);
  };
  return {
    put: (value) => {
      newest = { value };
      timer ??= setTimeout(flush, Math.max(0, passedMs + everyMs - performance.now()));
    },
    stop: () => clearTimeout(timer),
  };
}
