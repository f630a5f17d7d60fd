import { useMemo, useState } from 'react';

/** What is selected in a table, for its bulk actions. */
export interface Selection<Row> {
  /** Rows that were ticked; with `allMatching` only those of the page that is shown. */
  rows: readonly Row[];
  keys: readonly string[];
  /** Everything that the filter finds, also what is not loaded. */
  allMatching: boolean;
  count: number;
  clear: () => void;
}

export interface RowSelection<Row> extends Selection<Row> {
  has: (key: string) => boolean;
  toggle: (key: string, row: Row) => void;
  setAll: (rows: ReadonlyMap<string, Row>, selected: boolean) => void;
  selectMatching: () => void;
}

interface SelectionState<Row> {
  scope: string;
  rows: ReadonlyMap<string, Row>;
  allMatching: boolean;
}

/** Survives paging; ends when `scope`, the filter, changes, since what it found is not what is found now. */
export function useRowSelection<Row>(scope: string, total: number): RowSelection<Row> {
  const nothing: SelectionState<Row> = { scope, rows: new Map(), allMatching: false };
  const [stored, setState] = useState(nothing);
  const state = stored.scope === scope ? stored : nothing;
  return useMemo(() => {
    const change = (rows: ReadonlyMap<string, Row>, allMatching = false) => setState({ scope, rows, allMatching });
    return {
      rows: [...state.rows.values()],
      keys: [...state.rows.keys()],
      allMatching: state.allMatching,
      count: state.allMatching ? total : state.rows.size,
      has: (key) => state.allMatching || state.rows.has(key),
      toggle: (key, row) => change(state.rows.has(key) ? without(state.rows, [key]) : new Map(state.rows).set(key, row)),
      setAll: (rows, selected) => change(selected ? new Map([...state.rows, ...rows]) : without(state.rows, [...rows.keys()])),
      selectMatching: () => change(state.rows, true),
      clear: () => change(new Map()),
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `state` is `stored` or nothing, by `scope`
  }, [stored, scope, total]);
}

function without<Row>(rows: ReadonlyMap<string, Row>, keys: readonly string[]): ReadonlyMap<string, Row> {
  const rest = new Map(rows);
  keys.forEach((key) => rest.delete(key));
  return rest;
}
