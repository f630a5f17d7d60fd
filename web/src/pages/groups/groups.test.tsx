import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Group } from '../../api/generated';
import { accessibilityFaults } from '../../test/axe';
import { page, refusal, ScriptedGateway, testAccount } from '../../test/gateway';
import { renderApp } from '../../test/renderApp';
import { setWidth } from '../../test/width';

const hostile = `<script>alert(1)</script>${'ع'.repeat(30)}`;
const vip: Group = { id: 2, symbol: 'vip', name: hostile, ratio: 0.8, api_rate: 600, public: true, promotion: false, min: 0, max: 0, enable: true, fallback: 'default', version: 3 };

function groupGateway(answers: Record<string, unknown> = {}) {
  setWidth(1440);
  return new ScriptedGateway({
    'GET /api/user/self': { ...testAccount, capabilities: ['groups.read', 'groups.write'] },
    'GET /api/user_group/': page([vip]),
    'GET /api/user_group/2': vip,
    'GET /api/group/': ['default', 'vip'],
    'PUT /api/user_group/enable/2': null,
    'PUT /api/user_group/': null,
    ...answers,
  });
}

async function rowOf(name: string) {
  return within((await screen.findByText(name)).closest('tr')!);
}

describe('groups', () => {
  it('are listed with hostile names as text', async () => {
    groupGateway();
    const { container } = renderApp('/panel/groups');
    const row = await rowOf('vip');
    expect(row.getByText(hostile)).toBeVisible();
    expect(row.getByText('×0.8')).toBeVisible();
    expect(row.getByText('600 a minute')).toBeVisible();
    expect(container.querySelector('td script')).toBeNull();
    expect(await accessibilityFaults()).toEqual([]);
  });

  it('are switched off, and on again by undoing', async () => {
    const gateway = groupGateway();
    const { user } = renderApp('/panel/groups');
    await user.click(await screen.findByRole('switch', { name: 'The group “vip” is on' }));
    await user.click(await screen.findByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(gateway.callsTo('PUT /api/user_group/enable/2')).toHaveLength(2));
  });

  it('are added; what the gateway refuses is said, and what was typed stays', async () => {
    let refused = true;
    const gateway = groupGateway({ 'POST /api/user_group/': () => (refused ? refusal("symbol: the group 'new' exists already") : null) });
    const { user, router } = renderApp('/panel/groups/new');
    const dialog = within(await screen.findByRole('dialog'));
    await user.click(dialog.getByRole('button', { name: 'Save' }));
    expect(await dialog.findByText('Give it a symbol')).toBeVisible();
    await user.type(dialog.getByRole('textbox', { name: /Symbol/ }), 'new');
    await user.clear(dialog.getByRole('textbox', { name: 'Price multiple' }));
    await user.type(dialog.getByRole('textbox', { name: 'Price multiple' }), '0.75');
    await user.click(dialog.getByRole('button', { name: 'Save' }));
    expect(await dialog.findByText("Symbol: the group 'new' exists already")).toBeVisible();
    expect(dialog.getByRole('textbox', { name: /Symbol/ })).toHaveValue('new');
    refused = false;
    await user.click(dialog.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(router.state.location.pathname).toBe('/panel/groups'));
    expect(gateway.callsTo('POST /api/user_group/').at(-1)?.body).toEqual({ symbol: 'new', name: '', ratio: 0.75, api_rate: 300, public: false, fallback: '', promotion: false, min: 0, max: 0 });
  });

  it("are changed with the version they had; another's change is shown beside one's own", async () => {
    let stored = vip;
    const gateway = groupGateway({ 'GET /api/user_group/2': () => stored, 'PUT /api/user_group/': refusal('the group was changed meanwhile') });
    const { user } = renderApp('/panel/groups/2/edit');
    const dialog = within(await screen.findByRole('dialog'));
    const name = dialog.getByRole('textbox', { name: /^Name/ });
    await user.clear(name);
    await user.type(name, 'Mine');
    stored = { ...vip, name: 'Theirs', version: 4 };
    await user.click(dialog.getByRole('button', { name: 'Save' }));
    expect(await dialog.findByText('Theirs')).toBeVisible();
    expect(gateway.callsTo('PUT /api/user_group/')[0]?.body).toMatchObject({ id: 2, version: 3, name: 'Mine' });
  });

  it('are deleted after a question, and added again by undoing', async () => {
    const gateway = groupGateway({ 'DELETE /api/user_group/2': null, 'POST /api/user_group/': null });
    const { user } = renderApp('/panel/groups');
    await user.click((await rowOf('vip')).getByRole('button', { name: /actions/i }));
    await user.click(await screen.findByRole('menuitem', { name: 'Delete' }));
    await user.click(within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Delete' }));
    await user.click(await screen.findByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(gateway.callsTo('POST /api/user_group/')[0]?.body).toMatchObject({ symbol: 'vip', ratio: 0.8, fallback: 'default' }));
    expect(gateway.callsTo('POST /api/user_group/')[0]?.body).not.toHaveProperty('id');
  });

  it('can only be looked at without the right to change them', async () => {
    groupGateway({ 'GET /api/user/self': { ...testAccount, capabilities: ['groups.read'] } });
    renderApp('/panel/groups');
    await rowOf('vip');
    expect(screen.queryByRole('switch')).toBeNull();
    expect(screen.queryByRole('link', { name: 'Add a group' })).toBeNull();
  });
});
