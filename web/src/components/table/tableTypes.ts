import type SvgIcon from '@mui/material/SvgIcon';
import type { ReactNode } from 'react';
import type { DataColumn } from './columns';
import type { Selection } from './selection';
import type { ListState } from './useListState';

export interface RowAction {
  id: string;
  label: string;
  icon: typeof SvgIcon;
  onClick: () => void;
  danger?: boolean;
  disabled?: boolean;
}

/**
 * How the list is cut: in pages of which `total` says how many rows there are; by a cursor, `next` being where the following
 * rows begin (absent at the end); or not at all, all rows being here.
 */
export type Paging = { kind: 'pages'; total: number | undefined } | { kind: 'cursor'; next: string | undefined } | { kind: 'whole' };

export interface DataTableProps<Row> {
  /** Columns and page sizes are remembered under it, and exports are named after it. */
  id: string;
  /** The table's name for those who cannot see the heading above it. */
  label: string;
  state: ListState;
  paging: Paging;
  rows: readonly Row[] | undefined;
  rowKey: (row: Row) => string;
  columns: readonly DataColumn<Row>[];
  loading: boolean;
  error?: unknown;
  onRetry: () => void;
  /** Shown when there are no rows and no filters. */
  empty: ReactNode;
  onOpen?: (row: Row) => void;
  onEdit?: (row: Row) => void;
  rowActions?: (row: Row) => readonly RowAction[];
  /** Bulk actions, shown while something is selected; without it rows cannot be selected. */
  selection?: (selected: Selection<Row>) => ReactNode;
}
