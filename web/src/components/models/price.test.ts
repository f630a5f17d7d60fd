import { expect, it } from 'vitest';
import { usdPrice } from './price';

const price = { model: 'm', channel_type: 0, locked: false } as const;

it('gives dollars for a million tokens, exactly, in the prices of a group', () => {
  const { input, output, extra, perCall } = usdPrice({ ...price, type: 'tokens', input: 0.075, output: 0.3, extra_ratios: { cached_tokens: 0.25, reasoning_tokens: 2, web_search: 5 } }, 1.1);
  expect({ input, output, perCall }).toEqual({ input: '0.165', output: '0.66', perCall: false });
  expect(extra).toEqual([
    { kind: 'cached_tokens', usd: '0.04125' },
    { kind: 'reasoning_tokens', usd: '1.32' },
  ]);
});

it('gives dollars for a call where a model is charged by the call', () => {
  expect(usdPrice({ ...price, type: 'times', input: 20, output: 20, extra_ratios: { cached_tokens: 0.5 } })).toEqual({ perCall: true, input: '0.04', output: '0.04', extra: [] });
});
