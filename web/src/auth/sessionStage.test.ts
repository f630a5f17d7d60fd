import { describe, expect, it } from 'vitest';
import { sessionStage } from './sessionStage';

const minute = 60_000;
const month = { ends_in_s: 30 * 86_400, lifetime_s: 30 * 86_400 };
const hour = { ends_in_s: 3_600, lifetime_s: 3_600 };

describe('where a session stands', () => {
  it('is looked at again when a warning is due, or after half a day', () => {
    expect(sessionStage(hour, 0, 0)).toEqual({ leftS: 3_600, warns: false, mustRead: false, nextLookMs: 55 * minute });
    expect(sessionStage(month, 0, 0).nextLookMs).toBe(12 * 60 * minute);
  });

  it('is asked of the gateway before anybody is warned, as another tab may have used it', () => {
    expect(sessionStage(hour, 0, 55 * minute)).toMatchObject({ warns: false, mustRead: true });
    expect(sessionStage({ ...hour, ends_in_s: 300 }, 0, 1_000)).toEqual({ leftS: 299, warns: true, mustRead: false, nextLookMs: 1_000 });
    expect(sessionStage({ ...hour, ends_in_s: 300 }, 0, 30_000)).toMatchObject({ warns: true, mustRead: true });
    expect(sessionStage({ ...hour, ends_in_s: 10 }, 0, 10_000)).toMatchObject({ leftS: 0, mustRead: true });
  });

  it('is warned of later where sessions are short', () => {
    expect(sessionStage({ ends_in_s: 60, lifetime_s: 60 }, 0, 0)).toMatchObject({ warns: false, nextLookMs: 45_000 });
  });
});
