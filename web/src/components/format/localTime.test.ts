import { describe, expect, it } from 'vitest';
import { inputToUnix, unixToInput } from './localTime';

describe('local time', () => {
  it('goes to the field and back in every zone, also around a change of the clocks', () => {
    const moments = [0, 1_774_746_000, 1_774_749_600, 1_792_884_600, 1_792_893_600, 1_795_651_680];
    for (const zone of ['UTC', 'Europe/Berlin', 'Asia/Shanghai', 'America/New_York', 'Asia/Kathmandu']) {
      for (const moment of moments) expect(inputToUnix(unixToInput(moment, zone), zone), `${zone} ${moment}`).toBe(moment);
    }
  });

  it('shows midnight as 00:00', () => {
    expect(unixToInput(0, 'UTC')).toBe('1970-01-01T00:00');
  });

  it('refuses what is no time', () => {
    expect(inputToUnix('', 'UTC')).toBeUndefined();
    expect(inputToUnix('2026-13-01T00:00', 'UTC')).toBeUndefined();
    expect(inputToUnix('tomorrow', 'UTC')).toBeUndefined();
  });
});
