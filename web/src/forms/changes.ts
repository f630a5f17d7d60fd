import { get, set } from 'react-hook-form';
import type { FieldInfo } from './formContext';

type Values = Readonly<Record<string, unknown>>;

export interface FieldChange {
  field: FieldInfo;
  before: unknown;
  after: unknown;
}

/** Fields whose values differ, in the order of the form. */
export function changedFields(fields: readonly FieldInfo[], before: Values, after: Values): FieldChange[] {
  return fields
    .map((field) => ({ field, before: valueAt(before, field.name), after: valueAt(after, field.name) }))
    .filter((change) => !isSame(change.before, change.after));
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
