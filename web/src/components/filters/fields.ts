export type FilterOperator = 'is' | 'not' | 'contains' | 'above' | 'below' | 'between';

interface FieldBase {
  id: string;
  label: string;
  /** Narrows the operators of the kind to those that the gateway knows. */
  operators?: readonly FilterOperator[];
}

export interface FilterChoice {
  value: string;
  label: string;
}

export type FilterField =
  | (FieldBase & { kind: 'text' })
  | (FieldBase & { kind: 'number'; unit?: string })
  | (FieldBase & { kind: 'boolean' })
  | (FieldBase & { kind: 'choice'; options: readonly FilterChoice[]; /** one value only */ single?: boolean });

export interface AppliedFilter {
  field: string;
  operator: FilterOperator;
  /** One, for `between` two, for choices any number. */
  values: readonly string[];
}

const kindOperators: Record<FilterField['kind'], readonly FilterOperator[]> = {
  text: ['contains', 'is', 'not'],
  number: ['is', 'above', 'below', 'between'],
  boolean: ['is'],
  choice: ['is', 'not'],
};

export function operatorsOf(field: FilterField): readonly FilterOperator[] {
  return field.operators ?? kindOperators[field.kind];
}

const prefix = 'f.';

/** `f.status=is:1,3` in the address. */
export function writeFilters(params: URLSearchParams, filters: readonly AppliedFilter[]): void {
  for (const name of [...params.keys()]) if (name.startsWith(prefix)) params.delete(name);
  for (const filter of filters) {
    params.append(prefix + filter.field, `${filter.operator}:${filter.values.map(encodeURIComponent).join(',')}`);
  }
}

/** The filters of an address that make sense for the fields; others, from an old link or another hand, are left out. */
export function readFilters(params: URLSearchParams, fields: readonly FilterField[]): AppliedFilter[] {
  return fields.flatMap((field) => params.getAll(prefix + field.id).flatMap((text) => readFilter(field, text) ?? []));
}

function readFilter(field: FilterField, text: string): AppliedFilter | undefined {
  const colon = text.indexOf(':');
  const operator = operatorsOf(field).find((known) => known === text.slice(0, colon));
  const values = text.slice(colon + 1).split(',').map(decode);
  const filter = operator && { field: field.id, operator, values };
  return filter && isComplete(field, filter) ? filter : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether the filter says something: as many values as its operator wants, each of the field's kind. */
export function isComplete(field: FilterField, { operator, values }: AppliedFilter): boolean {
  const wanted = operator === 'between' ? 2 : 1;
  if (field.kind === 'choice') return values.length > 0 && values.every((value) => value !== '');
  if (values.length !== wanted || values.some((value) => value.trim() === '')) return false;
  if (field.kind === 'number') return values.every((value) => Number.isFinite(Number(value)));
  if (field.kind === 'boolean') return values[0] === 'true' || values[0] === 'false';
  return true;
}
