import { isRecord } from '../../app/storage';

export interface Pair {
  from: string;
  to: string;
}

export function isPairs(value: unknown): value is Pair[] {
  return Array.isArray(value) && value.every((item) => isRecord(item) && typeof item.from === 'string' && typeof item.to === 'string');
}

/** The members of a JSON object of texts, in their order; none if the text is no such object. */
export function pairsOf(json: string): Pair[] {
  try {
    const value: unknown = JSON.parse(json || '{}');
    return isRecord(value) ? Object.entries(value).map(([from, to]) => ({ from, to: typeof to === 'string' ? to : JSON.stringify(to) })) : [];
  } catch {
    return [];
  }
}

/** Rows without a name say nothing. No pairs at all are an empty text. */
export function textOfPairs(pairs: readonly Pair[]): string {
  const said = pairs.filter(({ from }) => from !== '');
  return said.length > 0 ? JSON.stringify(Object.fromEntries(said.map(({ from, to }) => [from, to]))) : '';
}
