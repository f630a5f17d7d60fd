import { screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { accessibilityFaults } from '../../test/axe';
import { ScriptedGateway } from '../../test/gateway';
import { renderElement } from '../../test/renderApp';
import { useListState } from '../table/useListState';
import { FilterBar } from './FilterBar';
import type { FilterField } from './fields';

const fields: FilterField[] = [
  { id: 'name', label: 'Name', kind: 'text', operators: ['contains'] },
  { id: 'quota', label: 'Quota', kind: 'number' },
  { id: 'status', label: 'Status', kind: 'choice', options: [{ value: '1', label: 'On' }, { value: '2', label: 'Off' }] },
];

function Filters() {
  const state = useListState('rows', { filters: fields });
  return (
    <>
      <pre>{JSON.stringify(state.filters)}</pre>
      <FilterBar state={state} fields={fields} />
    </>
  );
}

beforeEach(() => {
  new ScriptedGateway();
});

async function renderFilters(path = '/') {
  const app = renderElement(<Filters />, path);
  await screen.findByRole('button', { name: 'Filter' });
  const add = async (field: string) => {
    await app.user.click(screen.getByRole('button', { name: 'Filter' }));
    await app.user.click(screen.getByRole('menuitem', { name: field }));
    return screen.findByRole('dialog', { name: field });
  };
  return { ...app, add };
}

describe('FilterBar', () => {
  it('adds a filter to the address, from the first page', async () => {
    const { user, add, router } = await renderFilters('/?page=4');
    const dialog = await add('Name');
    await user.type(within(dialog).getByRole('textbox', { name: 'Value' }), 'prod{Enter}');
    expect(await screen.findByRole('button', { name: 'Name contains prod' })).toBeVisible();
    expect(router.state.location.search).toBe('?f.name=contains%3Aprod');
  });

  it('offers the operators of the field’s kind, and two values for a range', async () => {
    const { user, add } = await renderFilters();
    const dialog = await add('Quota');
    await user.click(within(dialog).getByRole('combobox', { name: 'Quota' }));
    expect(screen.getAllByRole('option').map((option) => option.textContent)).toEqual(['is', 'above', 'below', 'between']);
    await user.click(screen.getByRole('option', { name: 'between' }));
    await user.type(screen.getByRole('spinbutton', { name: 'From' }), '1');
    expect(screen.getByRole('button', { name: 'Apply' })).toBeDisabled();
    await user.type(screen.getByRole('spinbutton', { name: 'To' }), '9');
    await user.click(screen.getByRole('button', { name: 'Apply' }));
    expect(await screen.findByRole('button', { name: 'Quota between 1 – 9' })).toBeVisible();
  });

  it('takes several of a choice', async () => {
    const { user, add } = await renderFilters();
    await add('Status');
    await user.click(await screen.findByRole('option', { name: 'On' }));
    await user.click(screen.getByRole('option', { name: 'Off' }));
    await user.click(screen.getByRole('button', { name: 'Apply' }));
    expect(await screen.findByRole('button', { name: 'Status is On, Off' })).toBeVisible();
  });

  it('changes a filter by its chip, and takes it away', async () => {
    const { user, router } = await renderFilters('/?f.name=contains:old&f.quota=above:3');
    await user.click(await screen.findByRole('button', { name: 'Name contains old' }));
    const value = screen.getByRole('textbox', { name: 'Value' });
    await user.clear(value);
    await user.type(value, 'new{Enter}');
    const chip = await screen.findByRole('button', { name: 'Name contains new' });
    chip.focus();
    await user.keyboard('{Delete}');
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Name contains new' })).toBeNull());
    expect(router.state.location.search).toBe('?f.quota=above%3A3');
  });

  it('opens by the key /', async () => {
    const { user } = await renderFilters();
    await user.keyboard('/');
    expect(await screen.findByRole('menu', { name: 'Filter' })).toBeVisible();
  });

  it('saves a view under a name, and brings it back', async () => {
    const { user, router } = await renderFilters('/?f.name=contains:prod&sort=-id&page=2');
    await user.click(screen.getByRole('button', { name: 'Views' }));
    await user.type(screen.getByRole('textbox', { name: 'Name of the view' }), 'Production');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await user.keyboard('{Escape}');
    await router.navigate('/');
    await user.click(await screen.findByRole('button', { name: 'Views' }));
    await user.click(await screen.findByRole('button', { name: 'Production' }));
    await waitFor(() => expect(router.state.location.search).toBe('?f.name=contains%3Aprod&sort=-id'));
  });

  it('is accessible, also with its editor open', async () => {
    const { add } = await renderFilters('/?f.name=contains:prod');
    expect(await accessibilityFaults()).toEqual([]);
    const dialog = await add('Quota');
    expect(await accessibilityFaults(dialog)).toEqual([]);
  });
});
