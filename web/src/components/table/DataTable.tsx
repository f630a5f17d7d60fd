import Box from '@mui/material/Box';
import LinearProgress from '@mui/material/LinearProgress';
import Paper from '@mui/material/Paper';
import { useTheme } from '@mui/material/styles';
import useMediaQuery from '@mui/material/useMediaQuery';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../feedback/ErrorPanel';
import { CardList } from './CardList';
import { useChosenColumns } from './columns';
import { RowTable } from './RowTable';
import { SelectionBar } from './SelectionBar';
import { useRowSelection } from './selection';
import { parseSort, sortRows } from './sorting';
import { TableEmpty } from './TableEmpty';
import { TablePager } from './TablePager';
import { TableSkeleton } from './TableSkeleton';
import { TableTools } from './TableTools';
import type { DataTableProps } from './tableTypes';
import { useRowKeys } from './useRowKeys';

const noRows: readonly never[] = [];

/** The one list of the console: see README.md for what it does, `DataTableProps` for what it takes. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { id, state, paging, columns, loading, error, onRetry, rowKey, onOpen, onEdit } = props;
  const { t } = useTranslation('table');
  const asCards = useMediaQuery(useTheme().breakpoints.down('sm'));
  const chosen = useChosenColumns(id, columns, asCards);
  const sorting = parseSort(state.sort);
  const loaded = props.rows ?? noRows;
  const rows = useMemo(
    () => (paging.kind === 'whole' ? sortRows(loaded, columns, parseSort(state.sort)) : loaded),
    [paging.kind, loaded, columns, state.sort],
  );
  const total = (paging.kind === 'pages' ? paging.total : undefined) ?? rows.length;
  const selection = useRowSelection<Row>(JSON.stringify(state.filters), total);
  const selectable = props.selection !== undefined;
  const keys = useRowKeys({ rows, onOpen, onEdit, onToggle: selectable ? (row) => selection.toggle(rowKey(row), row) : undefined });

  if (props.rows === undefined && error !== undefined) return <TableFailure {...props} />;
  const view = { ...props, rows, columns: chosen.visible, chosen, sorting, selection: selectable ? selection : undefined, keys };
  return (
    <Paper variant="outlined" sx={{ overflow: 'hidden' }}>
      {error !== undefined && <ErrorPanel title={t('outdated')} error={error} onRetry={onRetry} />}
      <TableTools id={id} chosen={chosen} rows={rows} asCards={asCards} state={state} />
      {props.selection && selection.count > 0 && (
        <SelectionBar selection={selection} rowsShown={rows.length} total={total}>
          {props.selection(selection)}
        </SelectionBar>
      )}
      <Box sx={{ height: 4 }}>{loading && <LinearProgress aria-label={t('loading')} />}</Box>
      <TableBodyArea {...view} asCards={asCards} />
      <TablePager state={state} paging={paging} rowCount={rows.length} />
    </Paper>
  );
}

type TableView<Row> = Parameters<typeof RowTable<Row>>[0] & { asCards: boolean };

function TableBodyArea<Row>({ asCards, ...view }: TableView<Row>) {
  if (view.rows.length > 0) return asCards ? <CardList {...view} /> : <RowTable {...view} />;
  return view.loading ? <TableSkeleton columns={asCards ? 1 : view.columns.length} label={view.label} /> : <TableEmpty state={view.state} empty={view.empty} />;
}

function TableFailure<Row>({ error, onRetry, label }: DataTableProps<Row>) {
  const { t } = useTranslation('table');
  return <ErrorPanel title={t('failed', { list: label })} error={error} onRetry={onRetry} />;
}
