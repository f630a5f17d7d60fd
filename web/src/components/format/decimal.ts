// Exact arithmetic on amounts, which are strings such as "0.075": binary floating point would change them.

interface Decimal {
  digits: bigint;
  /** How many of the digits stand behind the point. */
  scale: number;
}

const pattern = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,2}))?$/i;

export function isDecimal(text: string): boolean {
  return parse(text) !== undefined;
}

export function addDecimals(a: string, b: string): string {
  const [left, right, scale] = aligned(a, b);
  return format({ digits: left + right, scale });
}

export function subtractDecimals(a: string, b: string): string {
  const [left, right, scale] = aligned(a, b);
  return format({ digits: left - right, scale });
}

export function multiplyDecimals(a: string, b: string): string {
  const left = parsed(a);
  const right = parsed(b);
  return format({ digits: left.digits * right.digits, scale: left.scale + right.scale });
}

/** Exact where the quotient ends within `maxDigits` behind the point; rounded half away from zero otherwise. */
export function divideDecimals(a: string, b: string, maxDigits = 12): string {
  const left = parsed(a);
  const right = parsed(b);
  if (right.digits === 0n) throw new RangeError('division by zero');
  const shift = maxDigits + right.scale - left.scale;
  const dividend = left.digits * power(Math.max(shift, 0));
  const divisor = right.digits * power(Math.max(-shift, 0));
  return format({ digits: roundedQuotient(dividend, divisor), scale: maxDigits });
}

/** Rounds half away from zero. */
export function roundDecimal(text: string, maxDigits: number): string {
  return divideDecimals(text, '1', maxDigits);
}

/** Negative, zero or positive, as `a` is smaller, equal or greater. */
export function compareDecimals(a: string, b: string): number {
  const [left, right] = aligned(a, b);
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** "1.50" and "1.5" are the same amount: this is how it is written. */
export function normalDecimal(text: string): string {
  return format(parsed(text));
}

/** @return US dollars, exact for every quota per unit that a power of ten can be divided by. */
export function quotaToUsd(quota: number, quotaPerUnit: number): string {
  return divideDecimals(String(quota), String(quotaPerUnit));
}

/** @return the nearest whole quota, or nothing if the text is no amount or one too large to count exactly. */
export function usdToQuota(usd: string, quotaPerUnit: number): number | undefined {
  if (!isDecimal(usd)) return undefined;
  const quota = Number(roundDecimal(multiplyDecimals(usd, String(quotaPerUnit)), 0));
  return Number.isSafeInteger(quota) ? quota : undefined;
}

function parse(text: string): Decimal | undefined {
  const match = pattern.exec(text.trim());
  if (!match) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  if (whole === '' && fraction === '') return undefined;
  const magnitude = BigInt(whole + fraction);
  const digits = sign === '-' ? -magnitude : magnitude;
  const scale = fraction.length - Number(exponent);
  return scale < 0 ? { digits: digits * power(-scale), scale: 0 } : { digits, scale };
}

function parsed(text: string): Decimal {
  const value = parse(text);
  if (!value) throw new SyntaxError(`not a decimal: ${text}`);
  return value;
}

function aligned(a: string, b: string): [bigint, bigint, number] {
  const left = parsed(a);
  const right = parsed(b);
  const scale = Math.max(left.scale, right.scale);
  return [left.digits * power(scale - left.scale), right.digits * power(scale - right.scale), scale];
}

function power(exponent: number): bigint {
  return 10n ** BigInt(exponent);
}

function magnitudeOf(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function roundedQuotient(dividend: bigint, divisor: bigint): bigint {
  const size = (magnitudeOf(dividend) * 2n + magnitudeOf(divisor)) / (magnitudeOf(divisor) * 2n);
  return dividend < 0n === divisor < 0n ? size : -size;
}

function format({ digits, scale }: Decimal): string {
  const text = magnitudeOf(digits).toString().padStart(scale + 1, '0');
  const whole = text.slice(0, text.length - scale);
  const fraction = text.slice(text.length - scale).replace(/0+$/, '');
  return (digits < 0n ? '-' : '') + whole + (fraction && `.${fraction}`);
}
