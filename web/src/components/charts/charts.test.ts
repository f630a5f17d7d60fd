import { describe, expect, it } from 'vitest';
import { axisTimes, axisValues, axisWidth } from './axes';
import { errorColor } from '../../theme/colors';
import { colorOf, seriesColors } from './colors';
import { drawnSeries, type Series, stack } from './timeSeries';

describe('stacked series', () => {
  it('are raised by those below them, where there is nothing, too', () => {
    const series = [
      { id: 'a', label: 'a', values: [1, null, 3] },
      { id: 'b', label: 'b', values: [10, 20, null] },
    ];
    expect(stack(series)).toEqual([
      [1, 0, 3],
      [11, 20, 3],
    ]);
  });
});

describe('the time before', () => {
  it('is drawn behind a pile, and not on it', () => {
    const series: Series[] = [
      { id: 'a', label: 'a', values: [1, 2] },
      { id: 'b', label: 'b', values: [10, 20] },
      { id: 'before', tone: 'past', label: 'before', values: [5, null] },
    ];
    expect(drawnSeries(series, ['red', 'blue', 'grey'], true).map(({ id, color, values }) => [id, color, values])).toEqual([
      ['before', 'grey', [5, null]],
      ['b', 'blue', [11, 22]],
      ['a', 'red', [1, 2]],
    ]);
  });
});

describe('colours', () => {
  const ids = ['gpt-5', 'claude', 'llama', 'mistral', 'qwen', 'deepseek', 'gemini', 'grok'];
  const named = (names: readonly string[]) => names.map((id) => ({ id }));

  it('are a name’s own in every chart, whatever stands beside it', () => {
    const all = seriesColors(named(ids), 'light');
    expect(seriesColors(named(ids.toReversed()), 'light')).toEqual(all.toReversed());
    expect(seriesColors(named(['claude']), 'light')).toEqual([all[1]]);
    expect(colorOf('claude', 'light')).toBe(all[1]);
  });

  it('differ from one another, and from that of errors', () => {
    const used = seriesColors([...named(ids), { id: 'errors', tone: 'bad' }], 'dark');
    expect(new Set(used).size).toBe(used.length);
    expect(used.at(-1)).toBe(errorColor.dark);
  });
});

describe('axes', () => {
  const hours = [1_767_225_600, 1_767_229_200];

  it('tell the time of the account’s zone', () => {
    expect(axisTimes(hours, 'en-GB', 'Asia/Shanghai')).toEqual(['8:00', '9:00']);
    expect(axisTimes(hours, 'en-GB', 'UTC')).toEqual(['0:00', '1:00']);
  });

  it('tell days where there are several', () => {
    expect(axisTimes([1_767_225_600, 1_767_225_600 + 3 * 86_400], 'en', 'UTC')).toEqual(['Jan 1', 'Jan 4']);
  });

  it('do not repeat a value, and have room for the longest', () => {
    expect(axisValues([0, 0.4, 0.8], (value) => value.toFixed(0))).toEqual(['0', '', '1']);
    expect(axisWidth(['$0.000084', '0'])).toBeGreaterThan(axisWidth(['1', '0']));
  });
});
