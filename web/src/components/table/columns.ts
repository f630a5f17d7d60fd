import type { ReactNode } from 'react';
import { isRecord } from '../../app/storage';
import { useStoredChoice } from './useStoredChoice';

export interface DataColumn<Row> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** For export, and for sorting lists that are here whole. Without it the column is not exported. */
  value?: (row: Row) => string | number | boolean | null | undefined;
  /** The member that the gateway sorts by; true where it is the column's id. */
  sortable?: true | string;
  align?: 'left' | 'right';
  minWidth?: number;
  /** Not shown until chosen. */
  hidden?: boolean;
  /** Always shown, such as the name. */
  essential?: boolean;
  /** On phones: the card's title (by default the first column is), or left out. */
  card?: 'title' | 'none';
}

interface ColumnChoice {
  order: string[];
  hidden: string[];
}

function isColumnChoice(value: unknown): value is ColumnChoice {
  return isRecord(value) && Array.isArray(value.order) && Array.isArray(value.hidden);
}

export interface ChosenColumns<Row> {
  /** In the chosen order. */
  all: readonly DataColumn<Row>[];
  visible: readonly DataColumn<Row>[];
  isVisible: (column: DataColumn<Row>) => boolean;
  toggle: (column: DataColumn<Row>) => void;
  /** One place to the front (-1) or to the back (1). */
  move: (column: DataColumn<Row>, step: -1 | 1) => void;
  reset: (() => void) | undefined;
}

/** Which columns the account wants to see, and in which order. */
export function useChosenColumns<Row>(tableId: string, columns: readonly DataColumn<Row>[]): ChosenColumns<Row> {
  const [choice, choose] = useStoredChoice(`columns.${tableId}`, isColumnChoice);
  const all = inOrder(columns, choice?.order ?? []);
  const hidden = choice?.hidden ?? columns.filter((column) => column.hidden).map((column) => column.id);
  const isVisible = (column: DataColumn<Row>) => column.essential === true || !hidden.includes(column.id);
  const order = all.map((column) => column.id);
  return {
    all,
    visible: all.filter(isVisible),
    isVisible,
    toggle: ({ id }) => choose({ order, hidden: hidden.includes(id) ? hidden.filter((other) => other !== id) : [...hidden, id] }),
    move: ({ id }, step) => choose({ order: moved(order, id, step), hidden }),
    reset: choice && (() => choose(undefined)),
  };
}

/** Columns that are newer than the choice stay where they were declared, after those before them. */
function inOrder<Row>(columns: readonly DataColumn<Row>[], order: readonly string[]): DataColumn<Row>[] {
  const place = (column: DataColumn<Row>) => {
    const chosen = order.indexOf(column.id);
    return chosen < 0 ? columns.indexOf(column) : chosen;
  };
  return columns.toSorted((a, b) => place(a) - place(b));
}

function moved(order: readonly string[], id: string, step: -1 | 1): string[] {
  const from = order.indexOf(id);
  const to = Math.min(Math.max(from + step, 0), order.length - 1);
  return order.toSpliced(from, 1).toSpliced(to, 0, id);
}

export function sortMember<Row>(column: DataColumn<Row>): string | undefined {
  return column.sortable === true ? column.id : column.sortable;
}

/** What a card is headed by. */
export function titleColumn<Row>(columns: readonly DataColumn<Row>[]): DataColumn<Row> | undefined {
  return columns.find((column) => column.card === 'title') ?? columns[0];
}
