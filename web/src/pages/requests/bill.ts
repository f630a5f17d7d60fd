import type { Bill } from '../../api/generated';
import { divideDecimals, multiplyDecimals, quotaToUsd } from '../../components/format/decimal';

type Kind = Bill['lines'][number]['kind'];

export interface BillInUsd {
  lines: readonly { kind: Kind; count: number; /** for a million tokens, or for one call or search */ price: string; amount: string }[];
  sum: string;
  /** Before it is rounded up to whole quota. */
  exact: string;
  charged: string;
}

// Beyond what a price has: the quotients end before.
const digits = 24;
const million = '1000000';
const countedOneByOne: readonly Kind[] = ['call', 'web_search'];

/** A bill, which is in quota, in dollars. Exact. */
export function billInUsd(bill: Bill, quotaPerUnit: number): BillInUsd {
  const usd = (quota: string) => divideDecimals(quota, String(quotaPerUnit), digits);
  const priceOf = (kind: Kind, quota: string) => usd(countedOneByOne.includes(kind) ? quota : multiplyDecimals(quota, million));
  return {
    lines: bill.lines.map(({ kind, count, price, amount }) => ({ kind, count, price: priceOf(kind, price), amount: usd(amount) })),
    sum: usd(bill.sum),
    exact: usd(multiplyDecimals(bill.sum, bill.group_ratio)),
    charged: quotaToUsd(bill.quota, quotaPerUnit),
  };
}
