import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useAppSelector } from '../../app/store';
import { useSite } from '../../app/useSite';
import { quotaToUsd } from './decimal';

export interface Format {
  number: (value: number) => string;
  /** 1.2M */
  compact: (value: number) => string;
  /** 0.034 → 3.4% */
  percent: (fraction: number) => string;
  /** Dollars, from an exact decimal string. */
  usd: (amount: string) => string;
  /** Dollars or quota, whichever the site shows. */
  quota: (quota: number) => string;
  /** 480 ms, 1.25 s, 3 min 20 s */
  duration: (milliseconds: number) => string;
  bytes: (count: number) => string;
  /** Date and time to the second, in the account's time zone; from Unix seconds. */
  dateTime: (seconds: number) => string;
  /** Without the year and in 24 hours, for lists of what is recent. */
  moment: (seconds: number) => string;
  date: (seconds: number) => string;
  /** 5 minutes ago, in 2 days */
  relative: (seconds: number, nowSeconds: number) => string;
}

const relativeUnits = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** Numbers, amounts and times as the reader's language and time zone write them. */
export function useFormat(): Format {
  const { i18n } = useTranslation();
  const { timeZone } = useAppSelector((state) => state.preferences);
  const { quotaPerUnit, showsCurrency } = useSite();
  const language = i18n.language;
  return useMemo(() => makeFormat(language, timeZone, quotaPerUnit, showsCurrency), [language, timeZone, quotaPerUnit, showsCurrency]);
}

export function makeFormat(language: string, timeZone: string | undefined, quotaPerUnit: number, showsCurrency: boolean): Format {
  const numbers = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  const compact = new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 });
  const percents = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
  const dollars = new Intl.NumberFormat(language, { style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol', minimumFractionDigits: 2, maximumFractionDigits: 6 });
  const moments = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium', timeZone });
  const recent = new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZone });
  const days = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const unit = (name: string, value: number, digits = 0) =>
    new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: digits }).format(value);
  // Exact: a string is formatted digit by digit.
  const usd = (amount: string) => dollars.format(amount as Intl.StringNumericLiteral);
  return {
    number: (value) => numbers.format(value),
    compact: (value) => compact.format(value),
    percent: (fraction) => percents.format(fraction),
    usd,
    quota: (quota) => (showsCurrency ? usd(quotaToUsd(quota, quotaPerUnit)) : numbers.format(quota)),
    duration: (milliseconds) => formatDuration(milliseconds, unit),
    bytes: (count) => formatBytes(count, unit),
    dateTime: (seconds) => moments.format(seconds * 1000),
    moment: (seconds) => recent.format(seconds * 1000),
    date: (seconds) => days.format(seconds * 1000),
    relative: (seconds, nowSeconds) => {
      const difference = Math.round(seconds - nowSeconds);
      const [name, size] = relativeUnits.find(([, length]) => Math.abs(difference) >= length) ?? ['second', 1];
      return relative.format(Math.trunc(difference / size), name);
    },
  };
}

type UnitFormat = (name: string, value: number, digits?: number) => string;

function formatDuration(milliseconds: number, unit: UnitFormat): string {
  if (milliseconds < 1000) return unit('millisecond', milliseconds);
  if (milliseconds < 60_000) return unit('second', milliseconds / 1000, 2);
  const minutes = Math.floor(milliseconds / 60_000);
  return `${unit('minute', minutes)} ${unit('second', Math.floor((milliseconds % 60_000) / 1000))}`;
}

function formatBytes(count: number, unit: UnitFormat): string {
  const names = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
  const step = count < 1 ? 0 : Math.min(Math.floor(Math.log10(count) / 3), names.length - 1);
  return unit(names[step] ?? 'byte', count / 1000 ** step, 1);
}
