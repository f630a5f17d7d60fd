import { type DataColumn, sortMember } from './columns';

export interface Sorting {
  member: string;
  descending: boolean;
}

export function parseSort(sort: string | undefined): Sorting | undefined {
  if (!sort) return undefined;
  const descending = sort.startsWith('-');
  return { member: descending ? sort.slice(1) : sort, descending };
}

/** One click sorts ascending, the next descending. */
export function nextSort(current: Sorting | undefined, member: string): string {
  return current?.member === member && !current.descending ? `-${member}` : member;
}

/** Sorts a list that is here whole, by the value of the column that `sort` names. */
export function sortRows<Row>(rows: readonly Row[], columns: readonly DataColumn<Row>[], sorting: Sorting | undefined): readonly Row[] {
  const column = columns.find((candidate) => sorting && sortMember(candidate) === sorting.member);
  const valueOf = column?.value;
  if (!sorting || !valueOf) return rows;
  const direction = sorting.descending ? -1 : 1;
  return rows.toSorted((a, b) => direction * compareValues(valueOf(a), valueOf(b)));
}

const collator = new Intl.Collator(undefined, { numeric: true });

type Value = ReturnType<NonNullable<DataColumn<unknown>['value']>>;

function compareValues(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return collator.compare(String(a ?? ''), String(b ?? ''));
}
