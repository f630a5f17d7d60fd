import type { AvailableModel } from '../../api/generated';
import { multiplyDecimals, normalDecimal } from '../format/decimal';

export interface UsdPrice {
  perCall: boolean;
  /** For a million tokens, or for a call. Exact. */
  input: string;
  output: string;
  /** For a million tokens of other kinds. */
  extra: readonly { kind: ExtraKind; usd: string }[];
}

/** Kinds of tokens that may have a price of their own. */
const extraKinds = [
  'cached_tokens',
  'cached_read_tokens',
  'cached_write_tokens',
  'cached_write_1h_tokens',
  'input_audio_tokens',
  'input_image_tokens',
  'reasoning_tokens',
  'output_audio_tokens',
  'output_image_tokens',
] as const;

export type ExtraKind = (typeof extraKinds)[number];

// What ratio 1 is, in dollars.
const tokensUnit = '2';
const callUnit = '0.002';

/** What a model costs in a group whose prices are multiplied by `ratio`. */
export function usdPrice(price: AvailableModel['price'], ratio = 1): UsdPrice {
  const perCall = price.type === 'times';
  const unit = multiplyDecimals(perCall ? callUnit : tokensUnit, String(ratio));
  const usd = (amount: number) => normalDecimal(multiplyDecimals(String(amount), unit));
  const extra = extraKinds.flatMap((kind) => {
    const multiplier = price.extra_ratios?.[kind];
    return multiplier === undefined ? [] : { kind, usd: multiplyDecimals(usd(isOfOutput(kind) ? price.output : price.input), String(multiplier)) };
  });
  return { perCall, input: usd(price.input), output: usd(price.output), extra: perCall ? [] : extra };
}

function isOfOutput(kind: ExtraKind): boolean {
  return kind.startsWith('output_') || kind === 'reasoning_tokens';
}
