import { get, set } from 'react-hook-form';
import type { FieldInfo } from './formContext';

type Values = Readonly<Record<string, unknown>>;

export interface FieldChange {
  field: FieldInfo;
  before: unknown;
  after: unknown;
}

/** Fields whose values differ, in the order of the form. Of a field with parts, such as a list of rows, it is the whole. */
export function changedFields(fields: readonly FieldInfo[], before: Values, after: Values): FieldChange[] {
  return fields
    .filter(({ name }) => fields.every((whole) => !name.startsWith(`${whole.name}.`)))
    .map((field) => ({ field, before: valueAt(before, field.name), after: valueAt(after, field.name) }))
    .filter((change) => !isSame(change.before, change.after));
}

/** What two lists of texts do not share; nothing where they are none, or differ by their order only. */
export function listDifference(before: unknown, after: unknown): { removed: string[]; added: string[] } | undefined {
  if (!isTexts(before) || !isTexts(after)) return undefined;
  const removed = before.filter((text) => !after.includes(text));
  const added = after.filter((text) => !before.includes(text));
  return removed.length + added.length > 0 ? { removed, added } : undefined;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** These values, with those of `names` from `others`. Names may be paths: `options.region`. */
export function withValues<T extends Values>(values: T, others: Values, names: Iterable<string>): T {
  const merged = structuredClone(values);
  for (const name of names) set(merged, name, valueAt(others, name));
  return merged;
}

function valueAt(values: Values, name: string): unknown {
  return get(values, name);
}

export function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}
