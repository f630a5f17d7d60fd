import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { useState } from 'react';
import { describe, expect, it, vi } from 'vitest';
import type { ApiProblem } from '../../api/problem';
import { accessibilityFaults } from '../../test/axe';
import { ScriptedGateway } from '../../test/gateway';
import { renderElement } from '../../test/renderApp';
import { setWidth } from '../../test/width';
import { EmptyState } from '../feedback/EmptyState';
import DeleteIcon from '@mui/icons-material/Delete';
import type { FilterField } from '../filters/fields';
import type { DataColumn } from './columns';
import { DataTable } from './DataTable';
import type { DataTableProps } from './tableTypes';
import { useListState } from './useListState';

interface Row {
  id: number;
  name: string;
}

const columns: DataColumn<Row>[] = [
  { id: 'name', header: 'Name', cell: (row) => row.name, value: (row) => row.name, sortable: true, essential: true },
  { id: 'id', header: 'Id', cell: (row) => row.id, value: (row) => row.id, align: 'right' },
];

const filters: FilterField[] = [{ id: 'name', label: 'Name', kind: 'text' }];

function rowsTo(count: number): Row[] {
  return Array.from({ length: count }, (_, index) => ({ id: index + 1, name: `row ${index + 1}` }));
}

type ListProps = Partial<Omit<DataTableProps<Row>, 'state'>>;

function List(props: ListProps) {
  const state = useListState('rows', { filters, defaultSort: '-id' });
  const rows = 'rows' in props ? props.rows : rowsTo(3);
  return (
    <>
      <pre>{JSON.stringify({ page: state.page, size: state.size, sort: state.sort, filters: state.filters, cursor: state.cursor })}</pre>
      <DataTable
        id="rows"
        label="Rows"
        paging={{ kind: 'pages', total: rows?.length }}
        rowKey={(row) => String(row.id)}
        columns={columns}
        loading={false}
        onRetry={() => undefined}
        empty={<EmptyState icon={DeleteIcon} title="No rows yet" />}
        {...props}
        state={state}
        rows={rows}
      />
    </>
  );
}

async function renderList(props: ListProps = {}, path = '/rows', width = 1280) {
  setWidth(width);
  new ScriptedGateway();
  const app = renderElement(<List {...props} />, path);
  await screen.findByText(/^\{/);
  return app;
}

function listState() {
  return JSON.parse(screen.getByText(/^\{/).textContent) as Record<string, unknown>;
}

function bodyRows() {
  return within(screen.getByRole('table', { name: 'Rows' })).getAllByRole('row').slice(1);
}

const problem: ApiProblem = { kind: 'server', message: 'the disk is full', status: 500, requestId: 'req-5' };

describe('DataTable', () => {
  it('shows rows under their columns, and is accessible', async () => {
    await renderList({ selection: () => null, rowActions: () => [{ id: 'x', label: 'Drop', icon: DeleteIcon, onClick: () => undefined }] });
    expect(bodyRows()).toHaveLength(3);
    expect(bodyRows()[0]).toHaveTextContent('row 1');
    expect(screen.getByText('1–3 of 3')).toBeVisible();
    expect(await accessibilityFaults()).toEqual([]);
  });

  it('says that it is loading, before there are rows', async () => {
    await renderList({ rows: undefined, loading: true });
    expect(screen.getByRole('status', { name: 'Rows: loading' })).toBeVisible();
  });

  it('shows the given empty state, but with filters says that nothing matches', async () => {
    const { user } = await renderList({ rows: [] }, '/rows?f.name=contains:zzz');
    expect(screen.getByText('Nothing matches')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Clear the filters' }));
    expect(await screen.findByText('No rows yet')).toBeVisible();
    expect(listState().filters).toEqual([]);
  });

  it('leads back from a page past the end', async () => {
    const { user } = await renderList({ rows: [], paging: { kind: 'pages', total: 3 } }, '/rows?page=9');
    await user.click(within(screen.getByText('There is nothing on this page').parentElement!).getByRole('button', { name: 'First page' }));
    await waitFor(() => expect(listState().page).toBe(1));
  });

  it('says why it failed, with the request id, and tries again', async () => {
    const onRetry = vi.fn();
    setWidth(1280);
    new ScriptedGateway();
    const { user } = renderElement(<List rows={undefined} error={problem} onRetry={onRetry} />);
    expect(await screen.findByText('Rows: could not be loaded')).toBeVisible();
    expect(await screen.findByText('The disk is full')).toBeVisible();
    expect(await screen.findByText('Request req-5')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(onRetry).toHaveBeenCalledTimes(1);
  });

  it('keeps the rows that are here when the next read fails', async () => {
    await renderList({ error: problem });
    expect(bodyRows()).toHaveLength(3);
    expect(screen.getByText(/what was loaded before/)).toBeVisible();
  });

  it('says so where the account may not look', async () => {
    setWidth(1280);
    new ScriptedGateway();
    renderElement(<List rows={undefined} error={{ ...problem, kind: 'forbidden', message: '' }} />);
    expect(await screen.findByText('Your account may not do this.')).toBeVisible();
  });

  it('sorts by the gateway’s member, first up, then down, from the first page', async () => {
    const { user } = await renderList({}, '/rows?page=2');
    await user.click(screen.getByRole('button', { name: 'Name' }));
    await waitFor(() => expect(listState()).toMatchObject({ sort: 'name', page: 1 }));
    await user.click(screen.getByRole('button', { name: 'Name' }));
    await waitFor(() => expect(listState().sort).toBe('-name'));
    expect(screen.queryByRole('button', { name: 'Id' })).toBeNull();
  });

  it('sorts by itself what is here whole', async () => {
    const rows = [{ id: 1, name: 'b10' }, { id: 2, name: 'b9' }, { id: 3, name: 'a' }];
    await renderList({ rows, paging: { kind: 'whole' } }, '/rows?sort=-name');
    expect(bodyRows().map((row) => row.textContent)).toEqual(['b101', 'b92', 'a3']);
  });

  it('pages, and remembers the size', async () => {
    const { user, unmount } = await renderList({ paging: { kind: 'pages', total: 45 } });
    await user.click(screen.getByRole('button', { name: 'Next page' }));
    await waitFor(() => expect(listState().page).toBe(2));
    await user.click(screen.getByRole('button', { name: 'Last page' }));
    await waitFor(() => expect(listState().page).toBe(3));
    await user.click(screen.getByRole('combobox', { name: 'Rows a page' }));
    await user.click(screen.getByRole('option', { name: '50 a page' }));
    await waitFor(() => expect(listState()).toMatchObject({ page: 1, size: 50 }));
    unmount();
    await renderList();
    expect(listState().size).toBe(50);
  });

  it('goes on by a cursor, and back', async () => {
    const { user } = await renderList({ paging: { kind: 'cursor', next: '77' } }, '/rows?cursor=99');
    await user.click(screen.getByRole('button', { name: 'Older' }));
    await waitFor(() => expect(listState().cursor).toBe('77'));
    await user.click(screen.getByRole('button', { name: 'Newer' }));
    await waitFor(() => expect(listState().cursor).toBe('99'));
    await user.click(screen.getByRole('button', { name: 'Newest' }));
    await waitFor(() => expect(listState().cursor).toBeUndefined());
    expect(screen.getByRole('button', { name: 'Newer' })).toBeDisabled();
  });

  it('selects rows, the page, and all that match', async () => {
    const { user } = await renderList({
      paging: { kind: 'pages', total: 40 },
      selection: ({ keys, allMatching, count }) => <p>{`bulk ${keys.join(',')} ${String(allMatching)} ${count}`}</p>,
    });
    await user.click(screen.getByRole('checkbox', { name: 'Select row 2' }));
    expect(screen.getByText('bulk 2 false 1')).toBeVisible();
    await user.click(screen.getByRole('checkbox', { name: 'Select all rows of this page' }));
    expect(screen.getByText('bulk 2,1,3 false 3')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Select all 40 that match' }));
    expect(screen.getByText('bulk 2,1,3 true 40')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Select none' }));
    expect(screen.queryByText(/^bulk/)).toBeNull();
  });

  it('forgets the selection when the filter changes', async () => {
    const { user, router } = await renderList({ selection: ({ count }) => <p>{`bulk ${count}`}</p> });
    await user.click(screen.getByRole('checkbox', { name: 'Select row 1' }));
    await router.navigate('/rows?f.name=is:x');
    await waitFor(() => expect(screen.queryByText('bulk 1')).toBeNull());
  });

  it('is walked, opened, edited and selected by the keyboard', async () => {
    const onOpen = vi.fn();
    const onEdit = vi.fn();
    const { user } = await renderList({ onOpen, onEdit, selection: ({ keys }) => <p>{`bulk ${keys.join()}`}</p> });
    await user.keyboard('jj');
    expect(bodyRows()[1]).toHaveFocus();
    await user.keyboard('{Enter}');
    expect(onOpen).toHaveBeenLastCalledWith({ id: 2, name: 'row 2' });
    await user.keyboard('k');
    expect(bodyRows()[0]).toHaveFocus();
    await user.keyboard('e');
    expect(onEdit).toHaveBeenLastCalledWith({ id: 1, name: 'row 1' });
    await user.keyboard('x');
    expect(screen.getByText('bulk 1')).toBeVisible();
  });

  it('opens a row by a click, but not by one on its checkbox or menu', async () => {
    const onOpen = vi.fn();
    const drop = vi.fn();
    const { user } = await renderList({ onOpen, selection: () => null, rowActions: () => [{ id: 'drop', label: 'Drop', icon: DeleteIcon, onClick: drop }] });
    await user.click(screen.getByRole('checkbox', { name: 'Select row 1' }));
    await user.click(within(bodyRows()[0]!).getByRole('button', { name: 'Actions' }));
    await user.click(screen.getByRole('menuitem', { name: 'Drop' }));
    expect(drop).toHaveBeenCalledTimes(1);
    expect(onOpen).not.toHaveBeenCalled();
    await user.click(screen.getByText('row 3'));
    expect(onOpen).toHaveBeenCalledWith({ id: 3, name: 'row 3' });
  });

  it('hides, moves and restores columns, for this account', async () => {
    const { user, unmount } = await renderList();
    await user.click(screen.getByRole('button', { name: 'Columns' }));
    expect(screen.getByRole('checkbox', { name: 'Name' })).toBeDisabled();
    await user.click(screen.getByRole('button', { name: 'Move Id to the front' }));
    await user.keyboard('{Escape}');
    const heads = () => screen.getAllByRole('columnheader').map((head) => head.textContent);
    expect(heads()).toEqual(['Id', 'Name']);
    unmount();
    const again = await renderList();
    expect(heads()).toEqual(['Id', 'Name']);
    await again.user.click(screen.getByRole('button', { name: 'Columns' }));
    await again.user.click(screen.getByRole('checkbox', { name: 'Id' }));
    await again.user.keyboard('{Escape}');
    expect(heads()).toEqual(['Name']);
  });

  it('keeps the first column in sight where that is wanted', async () => {
    const { user } = await renderList({ selection: () => null });
    const name = () => within(bodyRows()[0]!).getByText('row 1');
    expect(name()).not.toHaveStyle({ position: 'sticky' });
    await user.click(screen.getByRole('button', { name: 'Columns' }));
    await user.click(screen.getByRole('switch', { name: 'Keep the first column in sight' }));
    await user.keyboard('{Escape}');
    await waitFor(() => expect(name()).toHaveStyle({ position: 'sticky' }));
  });

  it('leaves out what a narrow window has no room for, until it is asked for', async () => {
    const wide: DataColumn<Row>[] = [...columns, { id: 'more', header: 'More', cell: (row) => `more of ${row.name}`, from: 'xl' }];
    const { user, unmount } = await renderList({ columns: wide });
    expect(screen.queryByText('more of row 1')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Columns' }));
    await user.click(screen.getByRole('checkbox', { name: 'More' }));
    expect(screen.getByText('more of row 1')).toBeVisible();
    unmount();
    localStorage.clear();
    await renderList({ columns: wide }, '/rows', 1900);
    expect(screen.getByText('more of row 1')).toBeVisible();
    cleanup();
    await renderList({ columns: wide }, '/rows', 400);
    expect(screen.getByText('more of row 1')).toBeVisible();
  });

  it('draws columns wider and narrower, remembers it, and lets the content decide again', async () => {
    vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(100);
    const { user, unmount } = await renderList();
    const head = () => screen.getByRole('columnheader', { name: 'Name' });
    const edge = () => head().querySelector(':scope > [aria-hidden=true]')!;
    await user.click(screen.getByRole('button', { name: 'Columns' }));
    await user.click(screen.getByRole('button', { name: 'Make Name wider' }));
    await user.keyboard('{Escape}');
    await waitFor(() => expect(head()).toHaveStyle({ minWidth: '124px', maxWidth: '124px' }));
    fireEvent.pointerDown(edge(), { clientX: 300 });
    fireEvent.pointerMove(edge(), { clientX: 340 });
    fireEvent.pointerUp(edge());
    fireEvent.pointerMove(edge(), { clientX: 900 });
    expect(head()).toHaveStyle({ minWidth: '140px' });
    unmount();
    await renderList();
    expect(head()).toHaveStyle({ minWidth: '140px' });
    fireEvent.doubleClick(edge());
    expect(head()).not.toHaveStyle({ maxWidth: '140px' });
  });

  it('shows cards on a phone, sortable by a choice', async () => {
    const { user } = await renderList({ onOpen: () => undefined }, '/rows', 400);
    expect(screen.queryByRole('table')).toBeNull();
    const cards = within(screen.getByRole('list', { name: 'Rows' })).getAllByRole('listitem');
    expect(cards[0]).toHaveTextContent('row 1');
    await user.click(screen.getByRole('combobox', { name: 'Sort by' }));
    await user.click(screen.getByRole('option', { name: 'Name, descending' }));
    await waitFor(() => expect(listState().sort).toBe('-name'));
    expect(await accessibilityFaults()).toEqual([]);
  });

  it('draws only a part of ten thousand rows', async () => {
    await renderList({ rows: rowsTo(10_000), paging: { kind: 'whole' } });
    expect(bodyRows().length).toBeLessThan(200);
    expect(screen.getByText('10000 rows')).toBeVisible();
  });

  it('shows hostile names as text', async () => {
    const name = `<script>alert(1)</script>${'x'.repeat(10_000)}`;
    await renderList({ rows: [{ id: 1, name }, { id: 2, name: 'שלום 🎉' }] });
    expect(bodyRows()[0]).toHaveTextContent(name);
    expect(document.querySelector('script')).toBeNull();
  });
});

describe('useListState', () => {
  it('takes what makes no sense in an address for the default', async () => {
    await renderList({}, '/rows?page=-3&size=7&sort=');
    expect(listState()).toMatchObject({ page: 1, size: 20 });
  });

  it('stays when the element is drawn anew', async () => {
    function Redrawn() {
      const [count, setCount] = useState(0);
      const state = useListState('rows', { filters });
      const [first] = useState(state);
      return <button onClick={() => setCount(count + 1)}>{state === first ? 'same' : 'other'}</button>;
    }
    new ScriptedGateway();
    const { user } = renderElement(<Redrawn />);
    await user.click(await screen.findByRole('button', { name: 'same' }));
    expect(screen.getByRole('button', { name: 'same' })).toBeVisible();
  });
});
