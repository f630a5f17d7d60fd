import type { SessionState } from '../api/generated';

const longestWarningMs = 5 * 60_000;
/** What the gateway said is believed for so long: another tab may have used the session since. */
const believedMs = 30_000;
/** Timers of a browser cannot wait for weeks. */
const longestLookMs = 12 * 3_600_000;

export interface SessionStage {
  /** Until the end, in whole seconds. */
  leftS: number;
  /** The gateway was asked lately, and nobody has used the session. */
  warns: boolean;
  /** It is time to ask the gateway again, by which the session of whoever is at the console is prolonged. */
  mustRead: boolean;
  nextLookMs: number;
}

/** Where a session stands at `now`, of which the gateway spoke at `readAt` (both in milliseconds). */
export function sessionStage({ ends_in_s: endsInS, lifetime_s: lifetimeS }: SessionState, readAt: number, now: number): SessionStage {
  const leftMs = readAt + endsInS * 1000 - now;
  const warningMs = Math.min(longestWarningMs, (lifetimeS * 1000) / 4);
  const isNear = leftMs <= warningMs;
  return {
    leftS: Math.max(0, Math.ceil(leftMs / 1000)),
    warns: isNear && endsInS * 1000 <= warningMs,
    mustRead: isNear && (leftMs <= 0 || now - readAt >= believedMs),
    nextLookMs: isNear ? 1_000 : Math.min(leftMs - warningMs, longestLookMs),
  };
}
