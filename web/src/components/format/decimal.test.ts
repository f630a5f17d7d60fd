import { describe, expect, it } from 'vitest';
import {
  addDecimals,
  compareDecimals,
  divideDecimals,
  isDecimal,
  multiplyDecimals,
  normalDecimal,
  quotaToUsd,
  roundDecimal,
  subtractDecimals,
  usdToQuota,
} from './decimal';

describe('decimals', () => {
  it('are exact where binary floating point is not', () => {
    expect(addDecimals('0.1', '0.2')).toBe('0.3');
    expect(multiplyDecimals('1.1', '1.1')).toBe('1.21');
    expect(subtractDecimals('0.3', '0.1')).toBe('0.2');
    expect(multiplyDecimals('123456789012345678901234567890', '0.1')).toBe('12345678901234567890123456789');
  });

  it('divide exactly, and round what does not end half away from zero', () => {
    expect(divideDecimals('1', '8')).toBe('0.125');
    expect(divideDecimals('1', '3')).toBe('0.333333333333');
    expect(divideDecimals('2', '3', 2)).toBe('0.67');
    expect(roundDecimal('0.5', 0)).toBe('1');
    expect(roundDecimal('-0.5', 0)).toBe('-1');
    expect(roundDecimal('0.49', 0)).toBe('0');
    expect(divideDecimals('1', '0.000002')).toBe('500000');
    expect(() => divideDecimals('1', '0.0')).toThrow(RangeError);
  });

  it('are read in the ways people and JSON write them', () => {
    expect(normalDecimal(' 1.50 ')).toBe('1.5');
    expect(normalDecimal('.5')).toBe('0.5');
    expect(normalDecimal('-0.0')).toBe('0');
    expect(normalDecimal('2e-7')).toBe('0.0000002');
    expect(normalDecimal('1.5e3')).toBe('1500');
    for (const text of ['', '.', '-', '1,5', '0x1', 'NaN', '1e999', '1 2']) expect(isDecimal(text), text).toBe(false);
  });

  it('compare by amount', () => {
    expect(compareDecimals('1.50', '1.5')).toBe(0);
    expect(compareDecimals('-2', '1')).toBe(-1);
    expect(compareDecimals('10', '9')).toBe(1);
  });
});

describe('quota and dollars', () => {
  it('convert both ways without drift', () => {
    for (const quota of [0, 1, 3, 499_999, 500_000, 123_456_789, 9_007_199_254_740_991]) {
      expect(usdToQuota(quotaToUsd(quota, 500_000), 500_000)).toBe(quota);
    }
    expect(quotaToUsd(1, 500_000)).toBe('0.000002');
    expect(quotaToUsd(-750_000, 500_000)).toBe('-1.5');
  });

  it('round to whole quota, and refuse what is no amount or too much', () => {
    expect(usdToQuota('0.000003', 500_000)).toBe(2);
    expect(usdToQuota('12', 500_000)).toBe(6_000_000);
    expect(usdToQuota('abc', 500_000)).toBeUndefined();
    expect(usdToQuota('99999999999999', 500_000)).toBeUndefined();
  });
});
