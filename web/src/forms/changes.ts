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
    .map((field) => ({ field, before: before[field.name], after: after[field.name] }))
    .filter((change) => !isSame(change.before, change.after));
}

export function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}
