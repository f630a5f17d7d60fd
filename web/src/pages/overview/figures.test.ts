import { describe, expect, it } from 'vitest';
import { daysLeft, errorRate } from './figures';

describe('figures', () => {
  it('counts failed calls among all, since the charged ones leave them out', () => {
    expect(errorRate({ requests: 3, errors: 1 })).toBe(0.25);
    expect(errorRate({ requests: 0, errors: 2 })).toBe(1);
    expect(errorRate({ requests: 0, errors: 0 })).toBeUndefined();
  });

  it('tells how long a balance lasts, if that is to be foreseen', () => {
    expect(daysLeft(1_000, 700)).toBe(10);
    expect(daysLeft(1_000, 0)).toBeUndefined();
    expect(daysLeft(-5, 700)).toBeUndefined();
    expect(daysLeft(1_000_000, 7)).toBeUndefined();
  });
});
