import { describe, expect, it } from 'vitest';
import type { Bill } from '../../api/generated';
import { billInUsd } from './bill';

const bill: Bill = {
  per_call: false,
  price_version: 7,
  priced_model: 'gpt-*',
  lines: [
    { kind: 'input', count: 1_003, price: '0.075', amount: '75.225' },
    { kind: 'output', count: 7, price: '0.3', amount: '2.1' },
    { kind: 'web_search', count: 2, price: '5000', amount: '10000' },
  ],
  sum: '10077.325',
  group_ratio: '0.333333',
  quota: 3_360,
};

describe('a bill in dollars', () => {
  const usd = billInUsd(bill, 500_000);

  it('states prices for a million tokens, and for one search', () => {
    expect(usd.lines.map(({ price }) => price)).toEqual(['0.15', '0.6', '0.01']);
  });

  it('loses no digit on the way', () => {
    expect(usd.lines[0]?.amount).toBe('0.00015045');
    expect(usd.sum).toBe('0.02015465');
    expect(usd.exact).toBe('0.00671820994845');
    expect(usd.charged).toBe('0.00672');
  });
});
