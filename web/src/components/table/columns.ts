import { useTheme } from '@mui/material/styles';
import useMediaQuery from '@mui/material/useMediaQuery';
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
  /** Pixels, padding and all, that it is not squeezed below. Figures and words need none: they are not broken. */
  minWidth?: number;
  /** Not shown until chosen. */
  hidden?: boolean;
  /** Shown at first only in windows as wide as that; cards show it anyway. */
  from?: 'lg' | 'xl';
  /** Always shown, such as the name. */
  essential?: boolean;
  /** On phones: the card's title (by default the first column is), or left out. */
  card?: 'title' | 'none';
}

interface ColumnChoice {
  order: string[];
  hidden: string[];
  /** Whether the first column stays in sight when the table scrolls sideways. */
  pinned: boolean;
  /** Pixels, of those that somebody drew wider or narrower. */
  widths: Readonly<Record<string, number>>;
}

function isColumnChoice(value: unknown): value is ColumnChoice {
  return isRecord(value) && Array.isArray(value.order) && Array.isArray(value.hidden) && typeof value.pinned === 'boolean' && isRecord(value.widths);
}

const narrowest = 56;

export interface ChosenColumns<Row> {
  /** In the chosen order. */
  all: readonly DataColumn<Row>[];
  visible: readonly DataColumn<Row>[];
  isVisible: (column: DataColumn<Row>) => boolean;
  toggle: (column: DataColumn<Row>) => void;
  /** One place to the front (-1) or to the back (1). */
  move: (column: DataColumn<Row>, step: -1 | 1) => void;
  pinned: boolean;
  togglePin: () => void;
  widths: Readonly<Record<string, number>>;
  /** Without a width: as wide as its content needs. */
  resize: (column: DataColumn<Row>, width?: number) => void;
  /** So many pixels wider than it is, or narrower. */
  stretch: (column: DataColumn<Row>, by: number) => void;
  /** Of the cell of the table's head. */
  headId: (column: DataColumn<Row>) => string;
  reset: (() => void) | undefined;
}

/** Which columns the account wants to see, in which order, and how wide. */
export function useChosenColumns<Row>(tableId: string, columns: readonly DataColumn<Row>[], asCards: boolean): ChosenColumns<Row> {
  const [choice, choose] = useStoredChoice(`columns.${tableId}`, isColumnChoice);
  const isHiddenAtFirst = useHiddenAtFirst(asCards);
  const all = inOrder(columns, choice?.order ?? []);
  const current: ColumnChoice = {
    order: all.map((column) => column.id),
    hidden: choice?.hidden ?? columns.filter(isHiddenAtFirst).map((column) => column.id),
    pinned: choice?.pinned ?? false,
    widths: choice?.widths ?? {},
  };
  const { order, hidden, pinned, widths } = current;
  const isVisible = (column: DataColumn<Row>) => column.essential === true || !hidden.includes(column.id);
  const change = (part: Partial<ColumnChoice>) => choose({ ...current, ...part });
  const resize = ({ id }: DataColumn<Row>, width?: number) => change({ widths: resized(widths, id, width) });
  const headId = ({ id }: DataColumn<Row>) => `${tableId}-${id}`;
  return {
    all,
    visible: all.filter(isVisible),
    isVisible,
    toggle: ({ id }) => change({ hidden: hidden.includes(id) ? hidden.filter((other) => other !== id) : [...hidden, id] }),
    move: ({ id }, step) => change({ order: moved(order, id, step) }),
    pinned,
    togglePin: () => change({ pinned: !pinned }),
    widths,
    resize,
    stretch: (column, by) => resize(column, (document.getElementById(headId(column))?.offsetWidth ?? 0) + by),
    headId,
    reset: choice && (() => choose(undefined)),
  };
}

function useHiddenAtFirst(asCards: boolean): (column: Pick<DataColumn<never>, 'hidden' | 'from'>) => boolean {
  const { breakpoints } = useTheme();
  const fits = { lg: useMediaQuery(breakpoints.up('lg')), xl: useMediaQuery(breakpoints.up('xl')) };
  return ({ hidden = false, from }) => hidden || (from !== undefined && !asCards && !fits[from]);
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

function resized(widths: ColumnChoice['widths'], id: string, width: number | undefined): ColumnChoice['widths'] {
  const others = Object.entries(widths).filter(([other]) => other !== id);
  return Object.fromEntries(width === undefined ? others : [...others, [id, Math.max(Math.round(width), narrowest)]]);
}

export function sortMember<Row>(column: DataColumn<Row>): string | undefined {
  return column.sortable === true ? column.id : column.sortable;
}

/** What a card is headed by. */
export function titleColumn<Row>(columns: readonly DataColumn<Row>[]): DataColumn<Row> | undefined {
  return columns.find((column) => column.card === 'title') ?? columns[0];
}
