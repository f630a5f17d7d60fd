/** Relative ranges, the shortest first; the key is what the address says. */
export const presets = { '15m': 15 * 60, '1h': 3_600, '6h': 21_600, '24h': 86_400, '7d': 604_800, '30d': 2_592_000, '90d': 7_776_000 } as const;

export type Preset = keyof typeof presets;

/** Seconds between reads; 0 is off. */
export const refreshIntervals = [0, 10, 30, 60, 300] as const;

export type RangeChoice = { preset: Preset } | { from: number; to: number };

export function isPreset(text: string | null): text is Preset {
  return text !== null && text in presets;
}

/** `?range=24h` or `?from=…&to=…`; whatever makes no sense counts as not said. */
export function readRange(params: URLSearchParams, fallback: Preset): RangeChoice {
  const range = params.get('range');
  if (isPreset(range)) return { preset: range };
  const from = unixSeconds(params.get('from'));
  const to = unixSeconds(params.get('to'));
  return from !== undefined && to !== undefined && from < to ? { from, to } : { preset: fallback };
}

export function writeRange(params: URLSearchParams, choice: RangeChoice): void {
  for (const name of ['range', 'from', 'to', 'page', 'cursor']) params.delete(name);
  if ('preset' in choice) {
    params.set('range', choice.preset);
  } else {
    params.set('from', String(choice.from));
    params.set('to', String(choice.to));
  }
}

/** The time of the same length just before; both ends of a range belong to it. */
export function previousRange({ from, to }: { from: number; to: number }): { from: number; to: number } {
  const length = to - from + 1;
  return { from: from - length, to: to - length };
}

function unixSeconds(text: string | null): number | undefined {
  const value = Number(text ?? Number.NaN);
  return Number.isSafeInteger(value) && value >= 0 && value < 1e11 ? value : undefined;
}
