import type { Overview, UsageBucket, UsageSums } from '../../api/generated';

/** Of a hundred calls those that failed, as a fraction; nothing where there was no call. */
export function errorRate({ requests, errors }: Pick<UsageSums, 'requests' | 'errors'>): number | undefined {
  const calls = requests + errors;
  return calls > 0 ? errors / calls : undefined;
}

const farAway = 365;

/** How many days a balance lasts at the pace of the last seven; nothing where that is more than a year, or for ever. */
export function daysLeft(balance: number, spentInWeek: number): number | undefined {
  if (spentInWeek <= 0 || balance <= 0) return undefined;
  const days = Math.floor((balance / spentInWeek) * 7);
  return days <= farAway ? days : undefined;
}

type Summable = Exclude<keyof UsageSums, 'average_ms'>;

export function sumOf(series: readonly UsageBucket[], member: Summable): number {
  return series.reduce((sum, bucket) => sum + bucket[member], 0);
}

/** Of all calls of a series. */
export function errorRateOf(series: readonly UsageBucket[]): number | undefined {
  return errorRate({ requests: sumOf(series, 'requests'), errors: sumOf(series, 'errors') });
}

/** What went in and came out. */
export function tokensOf(series: readonly UsageBucket[]): number {
  return sumOf(series, 'prompt_tokens') + sumOf(series, 'completion_tokens');
}

export function isQuiet({ series }: Overview): boolean {
  return isQuietSeries(series);
}

export function isQuietSeries(series: readonly UsageBucket[]): boolean {
  return errorRateOf(series) === undefined;
}
