import { describe, expect, it } from 'vitest';
import type { UsageByModel } from '../../api/generated';
import { modelSeries } from './modelSeries';

function used(day: string, model: string, quota: number): UsageByModel {
  return { Date: day, ModelName: model, Quota: quota, RequestCount: 1, PromptTokens: 0, CompletionTokens: 0, RequestTime: 0 };
}

describe('cost by day and model', () => {
  it('has a place for each day, also for one without calls', () => {
    const { times, series } = modelSeries([used('2026-03-03', 'a', 5), used('2026-03-01', 'a', 2), used('2026-03-01', 'b', 9)], 'others');
    expect(times).toEqual([1_772_323_200, 1_772_409_600, 1_772_496_000]);
    expect(series).toEqual([
      { id: 'b', label: 'b', values: [9, 0, 0] },
      { id: 'a', label: 'a', values: [2, 0, 5] },
    ]);
  });

  it('adds up the models beyond the six dearest', () => {
    const usage = Array.from({ length: 8 }, (_, index) => used('2026-03-01', `m${index}`, 10 - index));
    const { series } = modelSeries(usage, 'others');
    expect(series.map(({ label }) => label)).toEqual(['m0', 'm1', 'm2', 'm3', 'm4', 'm5', 'others']);
    expect(series.at(-1)?.values).toEqual([4 + 3]);
  });

  it('is empty without calls', () => {
    expect(modelSeries([], 'others')).toEqual({ times: [], series: [] });
  });
});
