import Box from '@mui/material/Box';
import Checkbox from '@mui/material/Checkbox';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableContainer from '@mui/material/TableContainer';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import TableSortLabel from '@mui/material/TableSortLabel';
import { type MouseEvent, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { visuallyHidden } from '../../theme/visuallyHidden';
import { ColumnEdge } from './ColumnEdge';
import { type ChosenColumns, type DataColumn, sortMember } from './columns';
import { RowMenu } from './RowMenu';
import type { RowSelection } from './selection';
import { nextSort, type Sorting } from './sorting';
import { aboveRows, atTheEdge, atTheStart, checkboxWidth, startOf } from './stickyCells';
import type { DataTableProps } from './tableTypes';
import type { RowKeys } from './useRowKeys';
import { useVirtualRows } from './useVirtualRows';

export interface RowView<Row> extends Omit<DataTableProps<Row>, 'rows' | 'selection'> {
  rows: readonly Row[];
  /** What is chosen of the columns. */
  chosen: ChosenColumns<Row>;
  sorting: Sorting | undefined;
  selection: RowSelection<Row> | undefined;
  keys: RowKeys;
}

/** Rows below a head that stays in sight; only those in sight are drawn where there are many. */
export function RowTable<Row>(view: RowView<Row>) {
  const { rows, rowKey, columns, selection, rowActions, keys } = view;
  const scroller = useRef<HTMLDivElement>(null);
  const { items, before, after, scrollTo } = useVirtualRows(rows.length, scroller);
  const { active } = keys;
  useEffect(() => {
    if (active >= 0) scrollTo(active);
  }, [active, scrollTo]);
  const width = columns.length + (selection ? 1 : 0) + (rowActions ? 1 : 0);
  return (
    <TableContainer ref={scroller} tabIndex={-1} sx={{ maxHeight: 'max(320px, calc(100dvh - 370px))', overflow: 'auto' }}>
      <Table stickyHeader aria-label={view.label} aria-rowcount={rows.length + 1}>
        <Head {...view} />
        <TableBody>
          <Spacer height={before} columns={width} />
          {items.map(({ index, measure }) => {
            const row = rows[index];
            return row !== undefined && <Row key={rowKey(row)} view={view} row={row} index={index} measure={measure} />;
          })}
          <Spacer height={after} columns={width} />
        </TableBody>
      </Table>
    </TableContainer>
  );
}

function Spacer({ height, columns }: { height: number; columns: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden>
      <td colSpan={columns} style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}

function Head<Row>({ columns, rows, rowKey, selection, sorting, state, rowActions, chosen }: RowView<Row>) {
  const { t } = useTranslation('table');
  const byKey = () => new Map(rows.map((row) => [rowKey(row), row]));
  const selectedHere = selection ? rows.filter((row) => selection.has(rowKey(row))).length : 0;
  const all = rows.length > 0 && selectedHere === rows.length;
  return (
    <TableHead>
      <TableRow sx={{ '& th': { bgcolor: 'background.paper' } }}>
        {selection && (
          <TableCell padding="checkbox" sx={[{ width: checkboxWidth }, atTheStart(0, chosen.pinned), aboveRows]}>
            <Checkbox
              size="small"
              checked={all}
              indeterminate={selectedHere > 0 && !all}
              onChange={() => selection.setAll(byKey(), !all)}
              slotProps={{ input: { 'aria-label': t('selectAllHere') } }}
            />
          </TableCell>
        )}
        {columns.map((column, index) => (
          <HeadCell key={column.id} column={column} chosen={chosen} sorting={sorting} onSort={state.setSort} pinnedAt={chosen.pinned && index === 0 ? startOf(selection) : undefined} />
        ))}
        {rowActions && (
          <TableCell padding="checkbox" sx={[atTheEdge, aboveRows]}>
            <Box component="span" sx={{ ...visuallyHidden, right: 0 }}>
              {t('actions')}
            </Box>
          </TableCell>
        )}
      </TableRow>
    </TableHead>
  );
}

interface HeadCellProps<Row> {
  column: DataColumn<Row>;
  chosen: ChosenColumns<Row>;
  sorting: Sorting | undefined;
  onSort: (sort: string) => void;
  /** Pixels from the left where it stays in sight. */
  pinnedAt: number | undefined;
}

function HeadCell<Row>({ column, chosen, sorting, onSort, pinnedAt }: HeadCellProps<Row>) {
  const member = sortMember(column);
  const active = member !== undefined && sorting?.member === member;
  const direction = active && sorting.descending ? 'desc' : 'asc';
  return (
    <TableCell
      id={chosen.headId(column)}
      align={column.align}
      sortDirection={active ? direction : undefined}
      sx={[{ minWidth: column.minWidth, whiteSpace: 'nowrap', fontWeight: 600 }, asWide(chosen.widths[column.id]), pinnedAt !== undefined && { left: pinnedAt, ...aboveRows }]}
    >
      {member === undefined ? (
        column.header
      ) : (
        <TableSortLabel active={active} direction={direction} onClick={() => onSort(nextSort(sorting, member))}>
          {column.header}
        </TableSortLabel>
      )}
      <ColumnEdge onResize={(width) => chosen.resize(column, width)} />
    </TableCell>
  );
}

/** As somebody drew it: what has no room there is cut. */
function asWide(width: number | undefined) {
  return width !== undefined && ({ width, minWidth: width, maxWidth: width, overflow: 'hidden', textOverflow: 'ellipsis' } as const);
}

interface RowProps<Row> {
  view: RowView<Row>;
  row: Row;
  index: number;
  measure: (element: Element | null) => void;
}

function Row<Row>({ view, row, index, measure }: RowProps<Row>) {
  const { t } = useTranslation('table');
  const { columns, selection, rowKey, rowActions, onOpen, keys, chosen } = view;
  const key = rowKey(row);
  const isActive = keys.active === index;
  const selected = selection?.has(key) ?? false;
  const open = (event: MouseEvent) => {
    if (onOpen && !isOnControl(event)) onOpen(row);
  };
  const take = (element: HTMLTableRowElement | null) => {
    measure(element);
    if (isActive) keys.takeActiveRow(element);
  };
  return (
    <TableRow
      hover
      ref={take}
      data-index={index}
      aria-rowindex={index + 2}
      aria-selected={selection && selected}
      selected={selected}
      tabIndex={isActive ? 0 : -1}
      onFocus={() => keys.setActive(index)}
      onClick={open}
      sx={{ cursor: onOpen && 'pointer', '&:focus-visible': { outlineOffset: -2 } }}
    >
      {selection && (
        <TableCell padding="checkbox" sx={[atTheStart(0, chosen.pinned)]}>
          <Checkbox size="small" checked={selected} onChange={() => selection.toggle(key, row)} slotProps={{ input: { 'aria-label': t('selectRow', { number: index + 1 }) } }} />
        </TableCell>
      )}
      {columns.map((column, index) => (
        <TableCell key={column.id} align={column.align} sx={[{ maxWidth: 420, overflowWrap: 'break-word' }, asWide(chosen.widths[column.id]), atTheStart(startOf(selection), chosen.pinned && index === 0)]}>
          {column.cell(row)}
        </TableCell>
      ))}
      {rowActions && (
        <TableCell padding="checkbox" sx={atTheEdge}>
          <RowMenu actions={rowActions(row)} />
        </TableCell>
      )}
    </TableRow>
  );
}

/** A click on a button in the row is the button's, and whoever marks text does not want to leave. */
function isOnControl({ target }: MouseEvent): boolean {
  const onControl = target instanceof Element && target.closest('a, button, input, label, [role="button"], [role="menu"]') !== null;
  return onControl || (getSelection()?.type === 'Range' && getSelection()?.toString() !== '');
}
