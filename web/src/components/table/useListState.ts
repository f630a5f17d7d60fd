import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { useStoredChoice } from './useStoredChoice';
import { type AppliedFilter, type FilterField, readFilters, writeFilters } from '../filters/fields';

export const pageSizes = [10, 20, 50, 100] as const;

interface ListOptions {
  /** A member's name, with `-` before it for descending: what the gateway's `order` takes. */
  defaultSort?: string;
  defaultSize?: number;
  filters?: readonly FilterField[];
}

export interface ListState {
  id: string;
  page: number;
  size: number;
  sort: string | undefined;
  filters: readonly AppliedFilter[];
  /** Where a list without pages has got to; absent at its start. */
  cursor: string | undefined;
  hasNewer: boolean;
  setPage: (page: number) => void;
  setSize: (size: number) => void;
  setSort: (sort: string | undefined) => void;
  setFilters: (filters: readonly AppliedFilter[]) => void;
  /** Drops all filters. */
  clear: () => void;
  /** Goes on to the rows after the cursor, or back to those before. */
  goOlder: (cursor: string) => void;
  goNewer: () => void;
  goNewest: () => void;
  /** The first value that a field is filtered by. */
  value: (field: string) => string | undefined;
  /** All values that a field is filtered by. */
  all: (field: string) => readonly string[];
}

const noFields: readonly FilterField[] = [];

/** What a list shows, kept in the address; only the size of pages is remembered beside it. */
export function useListState(id: string, { defaultSort, defaultSize = 20, filters: fields = noFields }: ListOptions = {}): ListState {
  const [params, setParams] = useSearchParams();
  const [storedSize, storeSize] = useStoredChoice(`size.${id}`, isPageSize);
  const change = useCallback(
    (edit: (params: URLSearchParams) => void) =>
      setParams((current) => {
        const next = new URLSearchParams(current);
        edit(next);
        return next;
      }),
    [setParams],
  );
  return useMemo(() => {
    const filters = readFilters(params, fields);
    const trail = params.get('cursor')?.split(',').filter(Boolean) ?? [];
    const valuesOf = (field: string) => filters.filter((filter) => filter.field === field).flatMap((filter) => filter.values);
    const setFilters = (next: readonly AppliedFilter[]) =>
      change((edited) => {
        writeFilters(edited, next);
        startAnew(edited);
      });
    const setTrail = (next: readonly string[]) => change((edited) => setOrDelete(edited, 'cursor', next.join(',')));
    return {
      id,
      page: positive(params.get('page')) ?? 1,
      size: allowedSize(params.get('size')) ?? storedSize ?? defaultSize,
      sort: params.get('sort') ?? defaultSort,
      filters,
      cursor: trail.at(-1),
      hasNewer: trail.length > 0,
      setPage: (page) => change((edited) => setOrDelete(edited, 'page', page > 1 ? String(page) : '')),
      setSize: (size) => {
        storeSize(size);
        change((edited) => {
          edited.set('size', String(size));
          startAnew(edited);
        });
      },
      setSort: (sort) =>
        change((edited) => {
          setOrDelete(edited, 'sort', sort ?? '');
          startAnew(edited);
        }),
      setFilters,
      clear: () => setFilters([]),
      goOlder: (cursor) => setTrail([...trail, cursor]),
      goNewer: () => setTrail(trail.slice(0, -1)),
      goNewest: () => setTrail([]),
      value: (field) => valuesOf(field)[0],
      all: valuesOf,
    };
  }, [params, fields, id, defaultSize, defaultSort, storedSize, storeSize, change]);
}

/** Other rows than before: from their first page. */
function startAnew(params: URLSearchParams): void {
  params.delete('page');
  params.delete('cursor');
}

function setOrDelete(params: URLSearchParams, name: string, value: string): void {
  if (value === '') params.delete(name);
  else params.set(name, value);
}

function positive(text: string | null): number | undefined {
  const value = Number(text);
  return Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

function isPageSize(value: unknown): value is number {
  return pageSizes.some((size) => size === value);
}

function allowedSize(text: string | null): number | undefined {
  const value = Number(text);
  return isPageSize(value) ? value : undefined;
}
