// What stands along a chart's axes.

const dayS = 86_400;

/** In pixels, at least, from time to time: "12:00 PM" and some room. */
export const tickSpacing = 76;

/** Days where the ticks are far apart, else the time of day; in the account's time zone. */
export function axisTimes(ticks: readonly number[], language: string, timeZone: string | undefined): string[] {
  const span = (ticks.at(-1) ?? 0) - (ticks[0] ?? 0);
  const style: Intl.DateTimeFormatOptions = span > 2 * dayS ? { month: 'short', day: 'numeric' } : { hour: 'numeric', minute: '2-digit' };
  const format = new Intl.DateTimeFormat(language, { ...style, timeZone });
  return ticks.map((tick) => format.format(tick * 1000));
}

/** Steps finer than the values are written would repeat a label. */
export function axisValues(ticks: readonly number[], formatValue: (value: number) => string): string[] {
  const labels = ticks.map((tick) => formatValue(tick));
  return labels.map((label, index) => (label === labels[index - 1] ? '' : label));
}

/** In pixels. The labels are drawn before they can be measured: their length says it well enough. */
export function axisWidth(labels: readonly string[] | null): number {
  return Math.max(...(labels ?? []).map((label) => label.length), 3) * 7 + 16;
}
