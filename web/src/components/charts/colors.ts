import { errorColor, type Scheme } from '../../theme/colors';
import type { Series } from './timeSeries';

/** Of figures that are no model, channel or user: what matters most, what stands beside it, what went wrong, what was before. */
const tones = {
  main: { light: '#1f5fbf', dark: '#8ab6f9' },
  second: { light: '#b4530a', dark: '#f2b866' },
  bad: errorColor,
  past: { light: '#79808c', dark: '#8f98a6' },
} as const;

export type Tone = keyof typeof tones;

/** None is the colour of errors. */
const hues = {
  light: ['#1f5fbf', '#b4530a', '#1d7440', '#8e3b9e', '#0b7285', '#5f6b00', '#6d4fc4', '#a3335f', '#4a5568', '#7a4a12', '#2f6b8f', '#3f7d20', '#b0218c', '#00695c', '#7b5ea7', '#946200'],
  dark: ['#8ab6f9', '#f2b866', '#74cf94', '#dba0e6', '#7fd0ee', '#cfd86a', '#b9a5f7', '#f29bbf', '#b6c0cf', '#d8b48a', '#9cc9e4', '#a8d98a', '#f08fd8', '#66d0c2', '#cdbbe8', '#e6c35c'],
} as const;

const hueOf = new Map<string, number>();

/** One colour for a model, channel or user wherever it is drawn: it comes from its name, or is the next one that nobody has. */
export function colorOf(id: string, scheme: Scheme): string {
  const hue = hueOf.get(id) ?? freeHue(id);
  hueOf.set(id, hue);
  return hues[scheme][hue] ?? tones.main[scheme];
}

function freeHue(id: string): number {
  const count = hues.light.length;
  const own = hashOf(id) % count;
  const taken = new Set(hueOf.values());
  const free = hues.light.map((_, step) => (own + step) % count).find((hue) => !taken.has(hue));
  return free ?? own;
}

function hashOf(text: string): number {
  let hash = 0;
  for (const char of text) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) >>> 0;
  return hash;
}

export function seriesColors(series: readonly Pick<Series, 'id' | 'tone'>[], scheme: Scheme): string[] {
  return series.map(({ id, tone }) => (tone === undefined ? colorOf(id, scheme) : tones[tone][scheme]));
}
