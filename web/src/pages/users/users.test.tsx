import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { User } from '../../api/generated';
import { hostileNames, testAdmin } from '../../test/accounts';
import { accessibilityFaults } from '../../test/axe';
import { page, ScriptedGateway } from '../../test/gateway';
import { renderApp } from '../../test/renderApp';

const bob: User = {
  id: 5,
  username: 'bob',
  display_name: 'Bob',
  role: 1,
  status: 1,
  email: 'bob@example.test',
  quota: 500_000,
  used_quota: 250_000,
  request_count: 12,
  group: 'default',
  access_token: '',
  created_time: 1_760_000_000,
  version: 3,
};

function gateway(users: User[], more: Record<string, unknown> = {}) {
  return new ScriptedGateway({
    'GET /api/user/self': testAdmin,
    'GET /api/user/': () => page(users),
    'GET /api/group/': ['default', 'vip'],
    'GET /api/token/admin/search': () => page([]),
    'GET /api/log/': () => page([]),
    ...Object.fromEntries(users.map((user) => [`GET /api/user/${user.id}`, user])),
    ...more,
  });
}

async function openAction(user: ReturnType<typeof renderApp>['user'], name: string) {
  await user.click((await screen.findAllByRole('button', { name: 'Actions' }))[0]!);
  await user.click(await screen.findByRole('menuitem', { name }));
}

describe('users', () => {
  it('asks for those that the address says, and says so in words', async () => {
    const server = gateway([bob]);
    renderApp('/panel/users?f.group=is:vip&f.status=is:2&f.role=is:3&f.keyword=contains:bo');
    await screen.findByText('bob');
    const asked = { group: 'vip', status: '2', role: '3', keyword: 'bo', order: '-id' };
    expect(Object.fromEntries(server.callsTo('GET /api/user/').at(-1)!.params)).toEqual({ ...asked, page: '1', size: '20' });
    expect(screen.getByText(/Role.*Trusted employee/)).toBeVisible();
    expect(screen.getByText(/Status.*Disabled/)).toBeVisible();
  });

  it('adds to a balance, showing beforehand what that makes', async () => {
    const server = gateway([bob], { 'POST /api/user/quota/5': null });
    const { user } = renderApp('/panel/users');
    await openAction(user, 'Change the balance');
    const form = await screen.findByRole('dialog', { name: 'Balance of bob' });
    await user.type(within(form).getByRole('textbox', { name: /^Amount/ }), '-0.25');
    expect(form).toHaveTextContent('Balance now$1.00');
    expect(form).toHaveTextContent('Change− $0.25');
    expect(form).toHaveTextContent('New balance$0.75');
    await user.type(within(form).getByRole('textbox', { name: /^Reason/ }), 'refund');
    await user.click(within(form).getByRole('button', { name: 'Change' }));
    await screen.findByText('The balance of bob was changed by -$0.25');
    expect(server.callsTo('POST /api/user/quota/5')[0]?.body).toEqual({ quota: -125_000, remark: 'refund' });
  });

  it('asks for an amount that changes something', async () => {
    const server = gateway([bob]);
    const { user } = renderApp('/panel/users');
    await openAction(user, 'Change the balance');
    const form = await screen.findByRole('dialog', { name: 'Balance of bob' });
    await user.type(within(form).getByRole('textbox', { name: /^Amount/ }), '0');
    await user.click(within(form).getByRole('button', { name: 'Change' }));
    expect(await within(form).findByText('Give an amount other than 0.')).toBeVisible();
    expect(server.callsTo('POST /api/user/quota/5')).toEqual([]);
  });

  it('gives the roles that an administrator may give, and takes them back', async () => {
    const server = gateway([bob], { 'POST /api/user/manage': bob });
    const { user } = renderApp('/panel/users');
    await openAction(user, 'Change the role');
    const form = await screen.findByRole('dialog', { name: 'Role of bob' });
    await user.click(within(form).getByRole('combobox', { name: /^Role/ }));
    expect(screen.getAllByRole('option').map((option) => option.textContent)).toEqual(['Trusted employee']);
    await user.click(screen.getByRole('option'));
    await user.click(within(form).getByRole('button', { name: 'Change' }));
    await user.click(await screen.findByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(server.callsTo('POST /api/user/manage')).toHaveLength(2));
    expect(server.callsTo('POST /api/user/manage').map(({ body }) => body)).toEqual([
      { username: 'bob', action: 'set_reliable' },
      { username: 'bob', action: 'demote' },
    ]);
  });

  it('leaves those above alone', async () => {
    gateway([{ ...bob, id: 1, username: 'root', role: 100 }]);
    const { user } = renderApp('/panel/users');
    expect(await screen.findByRole('switch', { name: 'Enable root' })).toBeDisabled();
    await user.click((await screen.findAllByRole('button', { name: 'Actions' }))[0]!);
    expect((await screen.findAllByRole('menuitem')).map((item) => item.textContent)).toEqual(['Show requests']);
  });

  it('deletes only what is named, says what goes with it, and brings it back by undoing', async () => {
    const server = gateway([bob], { 'DELETE /api/user/5': null, 'POST /api/user/restore': 1, 'GET /api/token/admin/search': () => page([], 3) });
    const { user } = renderApp('/panel/users');
    await openAction(user, 'Delete');
    const question = await screen.findByRole('alertdialog');
    await waitFor(() => expect(question).toHaveTextContent('Its 3 tokens stop working at once.'));
    expect(question).toHaveTextContent('its balance of $1.00');
    const confirm = within(question).getByRole('button', { name: 'Delete' });
    await user.type(within(question).getByRole('textbox'), 'bo');
    expect(confirm).toBeDisabled();
    await user.type(within(question).getByRole('textbox'), 'b');
    await user.click(confirm);
    await screen.findByText('The user bob is deleted');
    expect(server.callsTo('DELETE /api/user/5')).toHaveLength(1);
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(server.callsTo('POST /api/user/restore')[0]?.body).toEqual({ ids: [5] }));
  });

  it('changes a user with the version it was read in, and keeps what was typed when that is refused', async () => {
    const server = gateway([bob], { 'PUT /api/user/': () => Response.json({ success: false, message: 'the user name is taken already', field: 'username' }) });
    const { user } = renderApp('/panel/users/5/edit');
    const form = await screen.findByRole('dialog', { name: 'Change bob' });
    const name = within(form).getByRole('textbox', { name: /^User name/ });
    await user.clear(name);
    await user.type(name, 'robert');
    await user.click(within(form).getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(name).toBeInvalid());
    expect(name).toHaveAccessibleDescription('The user name is taken already');
    expect(name).toHaveValue('robert');
    expect(server.callsTo('PUT /api/user/')[0]?.body).toEqual({ id: 5, username: 'robert', display_name: 'Bob', email: 'bob@example.test', group: 'default', password: '', version: 3 });
  });

  it('checks a new user before the gateway does', async () => {
    const server = gateway([]);
    const { user } = renderApp('/panel/users/new');
    const form = await screen.findByRole('dialog', { name: 'New user' });
    await user.type(within(form).getByRole('textbox', { name: /^User name/ }), 'a-name-that-is-too-long');
    await user.type(within(form).getByLabelText(/^Password/), 'short');
    await user.click(within(form).getByRole('button', { name: 'Add' }));
    expect(await within(form).findByText('At most 12 characters.')).toBeVisible();
    expect(within(form).getByText('At least 8 characters, at most 72 bytes.')).toBeVisible();
    expect(server.callsTo('POST /api/user/')).toEqual([]);
  });

  it('shows a user with hostile names as text', async () => {
    const [script] = hostileNames;
    gateway([{ ...bob, id: 1, username: script, display_name: hostileNames[2] }, { ...bob, username: hostileNames[1] }]);
    const { container, router } = renderApp('/panel/users');
    expect(await screen.findByRole('link', { name: script })).toBeVisible();
    expect(container.querySelector('script')).toBeNull();
    await router.navigate('/panel/users/1');
    expect(await screen.findByRole('heading', { name: script, level: 1 })).toBeVisible();
    expect(await accessibilityFaults()).toEqual([]);
  });

  it('is accessible while parts of a user are still loading', async () => {
    const never = () => new Promise(() => undefined);
    gateway([bob], { 'GET /api/token/admin/search': never, 'GET /api/log/': never });
    renderApp(`/panel/users/${bob.id}`);
    expect(await screen.findAllByRole('status', { name: 'Loading' })).not.toEqual([]);
    expect(await accessibilityFaults()).toEqual([]);
  });

  it('is not for those who may not see users', async () => {
    const server = new ScriptedGateway();
    renderApp('/panel/users');
    expect(await screen.findByRole('heading', { name: 'Users', level: 1 })).toBeVisible();
    expect(screen.getByText(/accounts that may see users/)).toBeVisible();
    expect(server.callsTo('GET /api/user/')).toEqual([]);
  });
});
