import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { channel, channelGateway } from '../../pages/channels/testChannels';
import type { User } from '../../api/generated';
import { testAdmin } from '../../test/accounts';
import { page, ScriptedGateway, testAccount } from '../../test/gateway';
import { type RenderedApp, renderApp } from '../../test/renderApp';

async function openPalette({ user }: RenderedApp, query = '') {
  await user.keyboard('{Control>}k{/Control}');
  const field = await screen.findByRole('combobox', { name: 'Search' });
  if (query) await user.type(field, query);
  return screen.getByRole('listbox', { name: 'Results' });
}

function optionsOf(group: HTMLElement) {
  return within(group).getAllByRole('option').map((option) => option.textContent);
}

async function openPage(path: string, heading: string) {
  const app = renderApp(path);
  await screen.findByRole('heading', { name: heading, level: 1 });
  return app;
}

describe('the palette', () => {
  it('can do everywhere what the account may', async () => {
    new ScriptedGateway({ 'GET /api/user/self': { ...testAccount, capabilities: ['profile', 'tokens.own'] } });
    const app = await openPage('/panel/profile', 'Profile');
    const results = await openPalette(app);
    expect(optionsOf(within(results).getByRole('group', { name: 'Actions' }))).toEqual([
      'New tokenn t', 'Theme: Light', 'Theme: Dark', 'Language: 简体中文', 'Tables with narrow rows', 'Sign out',
    ]);
    await app.user.type(screen.getByRole('combobox', { name: 'Search' }), 'dark{Enter}');
    await waitFor(() => expect(app.store.getState().preferences.themeMode).toBe('dark'));
    await openPalette(app, 'narrow rows');
    await app.user.keyboard('{Enter}');
    await waitFor(() => expect(app.store.getState().preferences.density).toBe('compact'));
  });

  it('adds by n and a letter, which is listed among the keys', async () => {
    channelGateway([channel()]);
    const app = await openPage('/panel/channels', 'Channels');
    await app.user.keyboard('?');
    expect(within(await screen.findByRole('dialog', { name: 'Keyboard shortcuts' })).getByText('Add a channel')).toBeVisible();
    await app.user.click(screen.getByRole('button', { name: 'Close' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await app.user.keyboard('nc');
    await waitFor(() => expect(app.router.state.location.pathname).toBe('/panel/channels/new'));
  });

  it('tests all channels from another page', async () => {
    channelGateway([channel()]);
    const app = await openPage('/panel/channels/3', 'Main');
    await openPalette(app, 'test all');
    await app.user.keyboard('{Enter}');
    const dialog = await screen.findByRole('dialog', { name: 'Test all channels' });
    await app.user.click(within(dialog).getByRole('button', { name: 'Close' }));
    await waitFor(() => expect(app.router.state.location.search).toBe(''));
  });

  it('offers what the page in view can do', async () => {
    const gateway = channelGateway([channel()], { 'POST /api/channel/batch/status': null });
    const app = await openPage('/panel/channels/3', 'Main');
    const results = await openPalette(app);
    await app.user.click(within(within(results).getByRole('group', { name: 'On this page' })).getByRole('option', { name: 'Switch off' }));
    await waitFor(() => expect(gateway.callsTo('POST /api/channel/batch/status')[0]?.body).toEqual({ ids: [3], status: 2 }));
    await app.user.keyboard('gc');
    await screen.findByRole('heading', { name: 'Channels', level: 1 });
    expect(within(await openPalette(app)).queryByRole('group', { name: 'On this page' })).toBeNull();
  });

  it('begins with the pages that were open lately, the latest first', async () => {
    channelGateway([channel()]);
    const app = await openPage('/panel/channels/3', 'Main');
    await app.user.keyboard('nc');
    await screen.findByRole('heading', { name: 'Add a channel', level: 1 });
    await app.user.keyboard('gc');
    await screen.findByRole('heading', { name: 'Channels', level: 1 });
    await app.user.keyboard('go');
    await screen.findByRole('heading', { name: 'Overview', level: 1 });
    const [first] = within(await openPalette(app)).getAllByRole('group');
    expect(first).toHaveAccessibleName('Recently visited');
    expect(optionsOf(first!)).toEqual(['Channels', 'MainChannel']);
    await app.user.keyboard('{ArrowDown}{Enter}');
    await waitFor(() => expect(app.router.state.location.pathname).toBe('/panel/channels/3'));
  });
});

describe('a channel that is found', () => {
  const doneWith = (results: HTMLElement) => within(results).findByRole('group', { name: 'Channels' });

  it('comes with what can be done to it', async () => {
    channelGateway([channel()]);
    const app = await openPage('/panel/channels', 'Channels');
    const group = await doneWith(await openPalette(app, 'main'));
    expect(optionsOf(group)).toEqual(['Main#3', 'Switch off: Main', 'Test: Main', 'Edit: Main']);
    await app.user.click(within(group).getByRole('option', { name: 'Test: Main' }));
    expect(await screen.findByRole('dialog', { name: /Main/ })).toBeVisible();
    expect(app.router.state.location.pathname).toBe('/panel/channels/3');
  });

  it('is switched off by saying so, and on again by undoing', async () => {
    const gateway = channelGateway([channel()], { 'POST /api/channel/batch/status': null });
    const app = await openPage('/panel/channels', 'Channels');
    const group = await doneWith(await openPalette(app, 'switch off main'));
    expect(optionsOf(group)).toEqual(['Switch off: Main']);
    expect(gateway.callsTo('GET /api/channel/').at(-1)?.params.get('keyword')).toBe('main');
    await app.user.keyboard('{Enter}');
    await app.user.click(await screen.findByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(gateway.callsTo('POST /api/channel/batch/status').map(({ body }) => body)).toEqual([{ ids: [3], status: 2 }, { ids: [3], status: 1 }]));
  });

  it('is only shown to those who may not change it', async () => {
    channelGateway([channel()], { 'GET /api/user/self': { ...testAccount, capabilities: ['channels.read'] } });
    const app = await openPage('/panel/channels', 'Channels');
    expect(optionsOf(await doneWith(await openPalette(app, 'main')))).toEqual(['Main#3']);
  });
});

describe('users, tokens and clients that are found', () => {
  const bob: User = { id: 5, username: 'bob', display_name: 'Bob', role: 1, status: 1, quota: 0, used_quota: 0, request_count: 0, group: 'default', access_token: '' };
  const groupOf = async (app: RenderedApp, name: string, query: string) => within(await openPalette(app, query)).findByRole('group', { name });

  it('are disabled by saying so, and enabled again by undoing', async () => {
    const gateway = new ScriptedGateway({ 'GET /api/user/self': testAdmin, 'GET /api/user/': () => page([bob]), 'POST /api/user/manage': bob });
    const app = await openPage('/panel/profile', 'Profile');
    expect(optionsOf(await groupOf(app, 'Users', 'disable bob'))).toEqual(['Disable: bob']);
    await app.user.keyboard('{Enter}');
    await app.user.click(await screen.findByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(gateway.callsTo('POST /api/user/manage').map(({ body }) => body)).toEqual([{ username: 'bob', action: 'disable' }, { username: 'bob', action: 'enable' }]));
  });

  it('leave those above alone', async () => {
    new ScriptedGateway({ 'GET /api/user/self': testAdmin, 'GET /api/user/': () => page([{ ...bob, username: 'boss', role: 10 }]) });
    const app = await openPage('/panel/profile', 'Profile');
    expect(optionsOf(await groupOf(app, 'Users', 'boss'))).toEqual(['boss#5']);
  });

  it('come with what can be done to them', async () => {
    const token = { id: 9, user_id: 7, key: '', key_withheld: false, key_hint: 'mnop', status: 2, name: 'laptop', created_time: 1, accessed_time: 1, expired_time: -1, remain_quota: 0, unlimited_quota: true, used_quota: 0, request_count: 0, group: '', backup_group: '', setting: {}, version: 1 };
    const gateway = new ScriptedGateway({ 'GET /api/token/': () => page([token]), 'PUT /api/token/': token });
    const app = await openPage('/panel/profile', 'Profile');
    const group = await groupOf(app, 'Tokens', 'laptop');
    expect(optionsOf(group)).toEqual(['laptop…mnop', 'Enable: laptop', 'Edit: laptop']);
    await app.user.click(within(group).getByRole('option', { name: 'Enable: laptop' }));
    await waitFor(() => expect(gateway.callsTo('PUT /api/token/')[0]?.body).toEqual({ id: 9, status: 1 }));
  });

  it('lead to the client’s section of Connect', async () => {
    new ScriptedGateway({ 'GET /api/token/': () => page([]) });
    const app = await openPage('/panel/profile', 'Profile');
    await app.user.click(within(await groupOf(app, 'Connect', 'codex')).getByRole('option', { name: 'Codex' }));
    expect(app.router.state.location.pathname + app.router.state.location.search).toBe('/panel/connect?client=codex');
  });
});
