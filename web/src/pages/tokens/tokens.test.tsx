import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Token } from '../../api/generated';
import { hostileNames } from '../../test/accounts';
import { accessibilityFaults } from '../../test/axe';
import { page, refusal, ScriptedGateway } from '../../test/gateway';
import { renderApp } from '../../test/renderApp';

const token: Token = {
  id: 5,
  user_id: 7,
  key: '',
  key_withheld: false,
  key_hint: 'mnop',
  status: 1,
  name: 'laptop',
  created_time: 1_760_000_000,
  accessed_time: 1_760_000_000,
  expired_time: -1,
  remain_quota: 250_000,
  unlimited_quota: false,
  used_quota: 500_000,
  request_count: 3,
  group: '',
  backup_group: '',
  setting: { heartbeat: { enabled: false, timeout_seconds: 0 }, limits: { limit_model_setting: { enabled: false, models: [] }, limits_ip_setting: { enabled: false, whitelist: [] } } },
  version: 4,
};

const price = { model: 'm', type: 'tokens' as const, channel_type: 1, input: 1, output: 2, locked: false };

function gateway(tokens: Token[], more: Record<string, unknown> = {}) {
  return new ScriptedGateway({
    'GET /api/available_model': { 'gpt-a': { groups: ['default'], owned_by: 'OpenAI', price } },
    'GET /api/model_info/': [],
    'GET /api/user_group_map': { vip: { symbol: 'vip', name: 'Paying', ratio: 1.5 } },
    'GET /api/token/': () => page(tokens),
    ...Object.fromEntries(tokens.map((each) => [`GET /api/token/${each.id}`, each])),
    ...more,
  });
}

describe('tokens', () => {
  it('shows the key of a new token once, with a call that works', async () => {
    const server = gateway([], { 'POST /api/token/': { ...token, key: 'abcdefghijklmnop', unlimited_quota: true } });
    const { user, router } = renderApp('/panel/tokens');
    await user.click((await screen.findAllByRole('link', { name: 'New token' }))[0]!);
    expect(router.state.location.pathname).toBe('/panel/tokens/new');
    const form = await screen.findByRole('dialog', { name: 'New token' });
    await user.type(within(form).getByRole('textbox', { name: /^Name/ }), 'laptop');
    await user.click(within(form).getByRole('switch', { name: /^Only from some addresses/ }));
    await user.type(within(form).getByRole('textbox', { name: /^Allowed addresses/ }), '10.0.0.0/8{enter}203.0.113.7');
    await user.click(within(form).getByRole('button', { name: 'Create' }));

    const shown = await screen.findByRole('dialog', { name: 'The key of laptop' });
    expect(within(shown).getByText('sk-abcdefghijklmnop')).toBeVisible();
    expect(shown).toHaveTextContent('Authorization: Bearer sk-abcdefghijklmnop');
    expect(shown).toHaveTextContent('"model": "gpt-a"');
    expect(server.callsTo('POST /api/token/')[0]?.body).toMatchObject({
      name: 'laptop',
      expired_time: -1,
      unlimited_quota: true,
      setting: { limits: { limits_ip_setting: { enabled: true, whitelist: ['10.0.0.0/8', '203.0.113.7'] }, limit_model_setting: { enabled: false } } },
    });
    await user.click(within(shown).getByRole('button', { name: 'I have stored it' }));
    await waitFor(() => expect(screen.queryByText('sk-abcdefghijklmnop')).toBeNull());
  });

  it('shows what the gateway refuses beside its field, and keeps what was typed', async () => {
    const field = 'setting.limits.limits_ip_setting.whitelist';
    gateway([], { 'POST /api/token/': () => Response.json({ success: false, message: `${field} must hold addresses`, field }) });
    const { user } = renderApp('/panel/tokens/new');
    const form = await screen.findByRole('dialog', { name: 'New token' });
    await user.type(within(form).getByRole('textbox', { name: /^Name/ }), 'laptop');
    await user.click(within(form).getByRole('switch', { name: /^Only from some addresses/ }));
    const addresses = within(form).getByRole('textbox', { name: /^Allowed addresses/ });
    await user.type(addresses, 'nowhere');
    await user.click(within(form).getByRole('button', { name: 'Create' }));
    await waitFor(() => expect(addresses).toBeInvalid());
    expect(addresses).toHaveAccessibleDescription(/must hold addresses/);
    expect(addresses).toHaveValue('nowhere');
    expect(within(form).getByRole('textbox', { name: /^Name/ })).toHaveValue('laptop');
  });

  it('refuses before the gateway does: a name of too many bytes, limits without anything', async () => {
    const server = gateway([]);
    const { user } = renderApp('/panel/tokens/new');
    const form = await screen.findByRole('dialog', { name: 'New token' });
    await user.type(within(form).getByRole('textbox', { name: /^Name/ }), '令牌令牌令牌令牌令牌令');
    await user.click(within(form).getByRole('switch', { name: /^Only some models/ }));
    await user.click(within(form).getByRole('button', { name: 'Create' }));
    expect(await within(form).findByText(/At most 30 bytes;/)).toBeVisible();
    expect(within(form).getByText('Name at least one model.')).toBeVisible();
    expect(server.callsTo('POST /api/token/')).toEqual([]);
  });

  it('sends with a change what would be lost without it: what was used, and the billing tag', async () => {
    const server = gateway([{ ...token, setting: { ...token.setting, billing_tag: 'lab' } }], { 'PUT /api/token/': token });
    const { user } = renderApp('/panel/tokens/5/edit');
    const form = await screen.findByRole('dialog', { name: 'Change laptop' });
    const name = within(form).getByRole('textbox', { name: /^Name/ });
    await user.clear(name);
    await user.type(name, 'desktop');
    await user.click(within(form).getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(server.callsTo('PUT /api/token/')).toHaveLength(1));
    expect(server.callsTo('PUT /api/token/')[0]?.body).toMatchObject({ id: 5, version: 4, name: 'desktop', remain_quota: 250_000, used_quota: 500_000, setting: { billing_tag: 'lab' } });
  });

  it('switches a token off, and on again on second thoughts', async () => {
    const server = gateway([token], { 'PUT /api/token/': token });
    const { user } = renderApp('/panel/tokens');
    await user.click(await screen.findByRole('switch', { name: 'Enable laptop' }));
    await screen.findByText('The token laptop is disabled');
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(server.callsTo('PUT /api/token/')).toHaveLength(2));
    const calls = server.callsTo('PUT /api/token/');
    expect(calls.map(({ body }) => body)).toEqual([
      { id: 5, status: 2 },
      { id: 5, status: 1 },
    ]);
    expect(calls[0]?.params.get('status_only')).toBe('true');
  });

  it('deletes a token after saying what comes of it, and brings it back by undoing', async () => {
    const server = gateway([token], { 'DELETE /api/token/5': null, 'POST /api/token/restore': 1 });
    const { user } = renderApp('/panel/tokens');
    await user.click((await screen.findAllByRole('button', { name: 'Actions' }))[0]!);
    await user.click(await screen.findByRole('menuitem', { name: 'Delete' }));
    const question = within(await screen.findByRole('alertdialog'));
    expect(question.getByText(/will be refused at once/)).toBeVisible();
    await user.click(question.getByRole('button', { name: 'Delete' }));
    await screen.findByText('The token laptop is deleted');
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(server.callsTo('POST /api/token/restore')[0]?.body).toEqual({ ids: [5] }));
  });

  it('draws hostile names as text', async () => {
    gateway(hostileNames.map((name, index) => ({ ...token, id: index + 1, name })));
    const { container } = renderApp('/panel/tokens');
    await screen.findByRole('table', { name: 'Tokens' });
    const titles = [...container.querySelectorAll('td [title]')].map((element) => [element.getAttribute('title'), element.textContent]);
    for (const name of hostileNames) expect(titles).toContainEqual([name, name]);
    expect(container.querySelector('script')).toBeNull();
  });

  it('can be used by everybody', async () => {
    gateway([{ ...token, status: 3 }]);
    renderApp('/panel/tokens');
    await screen.findByRole('link', { name: 'laptop' });
    expect(await accessibilityFaults()).toEqual([]);
  });

  it('says why a token cannot be shown, and offers another try', async () => {
    const server = gateway([], { 'GET /api/token/9': () => refusal('there is no such token') });
    const { user } = renderApp('/panel/tokens/9');
    expect(await screen.findByText('There is no such token')).toBeVisible();
    server.script({ 'GET /api/token/9': { ...token, id: 9 } });
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('heading', { name: 'laptop', level: 1 })).toBeVisible();
  });
});
