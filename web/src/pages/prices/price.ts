import type { Price } from '../../api/generated';
import { isDecimal, multiplyDecimals, quotaToUsd } from '../../components/format/decimal';

/** What kinds of use beyond plain tokens are multiplied with; of a search, the price is its own. */
export const extraKinds = {
  cached_tokens: 'input',
  cached_read_tokens: 'input',
  cached_write_tokens: 'input',
  cached_write_1h_tokens: 'input',
  input_text_tokens: 'input',
  input_audio_tokens: 'input',
  input_image_tokens: 'input',
  output_text_tokens: 'output',
  output_audio_tokens: 'output',
  output_image_tokens: 'output',
  reasoning_tokens: 'output',
  web_search: 'call',
} as const;

export type ExtraKind = keyof typeof extraKinds;
export type PriceType = Price['type'];
/** Dollars, or the ratios that the predecessors count in. */
export type PriceUnit = 'usd' | 'ratio';

export const extraKindNames = Object.keys(extraKinds).filter(isExtraKind);

export function isExtraKind(name: string): name is ExtraKind {
  return name in extraKinds;
}

export interface UsdPrice {
  input: string;
  output: string;
}

/** What a multiplier makes of the price it belongs to; undefined while one of them is no number. */
export function extraUsd(kind: ExtraKind, multiplier: string, usd: UsdPrice, quotaPerUsd: number): string | undefined {
  if (!isDecimal(multiplier)) return undefined;
  const base = extraKinds[kind];
  if (base === 'call') return quotaToUsd(Number(multiplier), quotaPerUsd);
  return isDecimal(usd[base]) ? multiplyDecimals(usd[base], multiplier) : undefined;
}

/** A price as the gateway takes it: what is only derived, or said of the model, stays out. */
export function priceBody({ model, type, channel_type, input, output, locked, extra_ratios, usd }: Price): Price {
  const amounts = usd ? { usd: { input: usd.input, output: usd.output } } : { input, output };
  return { model, type, channel_type, locked, extra_ratios, ...amounts };
}

export function withUsd(price: Price, side: keyof UsdPrice, amount: string): Price {
  const { input, output } = usdOf(price);
  return { ...price, usd: { input, output, [side]: amount } };
}

/** The gateway leaves out amounts that are too large for it to hold. */
export function usdOf({ usd }: Price): UsdPrice {
  return { input: usd?.input ?? '', output: usd?.output ?? '' };
}
