import { describe, expect, it } from 'vitest';
import type { UsageSums } from '../../api/generated';
import { seriesBefore } from './useOverview';

const none: UsageSums = { requests: 0, errors: 0, quota: 0, prompt_tokens: 0, completion_tokens: 0, cache_read_tokens: 0, average_ms: 0 };
const days = (...at: number[]) => ({ series: at.map((start) => ({ ...none, at: start })) });

describe('the series before', () => {
  it('is what a time of twice the length begins with', () => {
    expect(seriesBefore(days(30, 40), days(10, 20, 30, 40))?.map(({ at }) => at)).toEqual([10, 20]);
  });

  it('is none where midnight came between the two answers', () => {
    expect(seriesBefore(days(30, 40), days(20, 30, 40, 50))).toBeUndefined();
    expect(seriesBefore(days(30, 40), days(30, 40))).toBeUndefined();
  });
});
