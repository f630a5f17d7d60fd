import { useEffect, useState } from 'react';

/** Counts down, once a second, from `seconds` to 0; starts anew when `seconds` changes. */
export function useSecondsLeft(seconds = 0): number {
  const [start, setStart] = useState({ seconds, left: seconds });
  if (start.seconds !== seconds) setStart({ seconds, left: seconds });
  const running = start.left > 0;
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setStart((current) => ({ ...current, left: current.left - 1 })), 1_000);
    return () => clearInterval(timer);
  }, [running]);
  return start.left;
}
