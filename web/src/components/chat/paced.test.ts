import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { paced } from './paced';

describe('a paced value', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is passed on though nothing follows, and the newest of many once', () => {
    const pass = vi.fn();
    const { put } = paced(50, pass);
    put('a');
    vi.advanceTimersByTime(0);
    expect(pass).toHaveBeenLastCalledWith('a');
    put('ab');
    put('abc');
    vi.advanceTimersByTime(49);
    expect(pass).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1);
    expect(pass.mock.calls).toEqual([['a'], ['abc']]);
  });

  it('is not passed on after the end', () => {
    const pass = vi.fn();
    const { put, stop } = paced(50, pass);
    put('a');
    stop();
    vi.advanceTimersByTime(100);
    expect(pass).not.toHaveBeenCalled();
  });
});
