import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { preferencesChanged } from '../../app/preferencesSlice';
import { accessibilityFaults } from '../../test/axe';
import { type Call, refusal, ScriptedGateway, testAccount } from '../../test/gateway';
import { renderApp } from '../../test/renderApp';
import { firstOpen } from './steps';
import { preselected } from './useProviderModels';

const steps = { root_password: false, site: false, provider: false, token: false, demo: { id: 1, enabled: false } };
const provider = { number: 1, slug: 'openai', title: 'OpenAI', site: 'https://keys.test', base_url: 'https://api.test', base_url_required: false, key_required: true, local: false, dialects: [], operations: [], lists_models: true, models: ['gpt-a'], options: [] };
const root = { ...testAccount, username: 'root', role: 100, capabilities: ['setup', 'channels.write', 'prices.read', 'settings.write', 'playground', 'models', 'profile'] };

function gateway(answers: Record<string, unknown> = {}) {
  return new ScriptedGateway({
    'GET /api/user/self': root,
    'GET /api/setup': { needed: true, version: '1', steps },
    'GET /api/providers': [provider, { ...provider, number: 9, slug: 'demo', title: 'Demo', local: true }],
    'GET /api/prices/unpriced': [],
    ...answers,
  });
}

describe('setup', () => {
  it('goes on where it was left', async () => {
    gateway({ 'GET /api/setup': { needed: true, version: '1', steps: { ...steps, root_password: true, site: true } } });
    const { router } = renderApp('/panel/setup');
    expect(await screen.findByRole('heading', { name: 'First provider' })).toBeVisible();
    expect(router.state.location.pathname).toBe('/panel/setup/provider');
  });

  it('replaces the one-time password', async () => {
    const server = gateway({ 'PUT /api/user/self': null });
    const { user, router } = renderApp('/panel/setup/password');
    const button = await screen.findByRole('button', { name: 'Change the password' });
    await user.type(screen.getByLabelText(/^New password/), 'long enough');
    await user.type(screen.getByLabelText(/^The new password once more/), 'long enouhg');
    await user.click(button);
    expect(await screen.findByText('The two are not the same')).toBeVisible();
    expect(server.callsTo('PUT /api/user/self')).toEqual([]);
    await user.clear(screen.getByLabelText(/^The new password once more/));
    await user.type(screen.getByLabelText(/^The new password once more/), 'long enough');
    expect(await accessibilityFaults()).toEqual([]);
    await user.click(button);
    await waitFor(() => expect(router.state.location.pathname).toBe('/panel/setup/site'));
    expect(server.callsTo('PUT /api/user/self')[0]?.body).toEqual({ password: 'long enough' });
  });

  it('says beside the field what the gateway refused, and keeps what was typed', async () => {
    gateway({ 'PUT /api/option/batch': () => Response.json({ success: false, message: 'must be a web address', errors: [{ key: 'ServerAddress', message: 'must be a web address' }] }) });
    const { user } = renderApp('/panel/setup/site');
    const address = await screen.findByRole('textbox', { name: /^Address of the gateway/ });
    await user.clear(address);
    await user.type(address, 'nowhere');
    await user.click(screen.getByRole('button', { name: 'Save and continue' }));
    expect(await screen.findByText('Must be a web address')).toBeVisible();
    expect(address).toHaveValue('nowhere');
    expect(address).toBeInvalid();
  });

  it("saves the site's name, address and language in one call", async () => {
    const server = gateway({ 'PUT /api/option/batch': { not_in_force: [] } });
    const { user, router } = renderApp('/panel/setup/site');
    await user.type(await screen.findByRole('textbox', { name: /^Name of the site/ }), ' of ours');
    await user.click(screen.getByRole('combobox', { name: /^Language of the site/ }));
    await user.click(await screen.findByRole('option', { name: '简体中文' }));
    await user.click(screen.getByRole('button', { name: 'Save and continue' }));
    await waitFor(() => expect(router.state.location.pathname).toBe('/panel/setup/storage'));
    expect(server.callsTo('PUT /api/option/batch')[0]?.body).toEqual({
      options: [
        { key: 'SystemName', value: 'Test gateway of ours' },
        { key: 'ServerAddress', value: 'http://console.test' },
        { key: 'Language', value: 'zh_CN' },
      ],
    });
  });

  it('asks before a step is left with what was typed, and takes that up after a reload', async () => {
    gateway();
    const { user, unmount, router } = renderApp('/panel/setup/site');
    await user.type(await screen.findByRole('textbox', { name: /^Name of the site/ }), ' of ours');
    await user.click(screen.getByRole('link', { name: 'Skip' }));
    await user.click(within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Cancel' }));
    expect(router.state.location.pathname).toBe('/panel/setup/site');
    unmount();
    renderApp('/panel/setup/site');
    expect(await screen.findByDisplayValue('Test gateway of ours')).toBeVisible();
  });

  it('takes up the form of the first channel after a reload, without the key', async () => {
    gateway();
    const { user, unmount } = renderApp('/panel/setup/provider');
    await user.click(await screen.findByRole('combobox', { name: /^Provider/ }));
    await user.click(screen.getByRole('option', { name: 'OpenAI' }));
    await user.type(screen.getByRole('textbox', { name: /^Name of the channel/ }), ' of ours');
    await user.type(screen.getByLabelText(/^API key/), 'sk-provider');
    unmount();
    expect(Object.values(sessionStorage).join()).not.toContain('sk-provider');
    renderApp('/panel/setup/provider');
    expect(await screen.findByDisplayValue('OpenAI of ours')).toBeVisible();
    expect(screen.getByLabelText(/^API key/)).toHaveValue('');
  });

  it("takes another provider's name and models, and keeps no key for it", async () => {
    gateway({ 'GET /api/providers': [provider, { ...provider, number: 2, slug: 'other', title: 'Another', models: ['other-1'] }] });
    const { user } = renderApp('/panel/setup/provider');
    const choose = async (title: string) => {
      await user.click(await screen.findByRole('combobox', { name: /^Provider/ }));
      await user.click(screen.getByRole('option', { name: title }));
    };
    await choose('OpenAI');
    await user.type(screen.getByLabelText(/^API key/), 'sk-provider');
    await choose('Another');
    expect(screen.getByRole('textbox', { name: /^Name of the channel/ })).toHaveValue('Another');
    expect(screen.getByLabelText(/^API key/)).toHaveValue('');
    expect(screen.getByRole('checkbox', { name: 'other-1' })).toBeChecked();
    expect(screen.queryByRole('checkbox', { name: 'gpt-a' })).toBeNull();
  });

  it('keeps what was typed when the language changes', async () => {
    gateway({ 'GET /api/providers': ({ headers }: Call) => [{ ...provider, title: headers.get('Accept-Language') === 'en' ? 'OpenAI' : '开放' }] });
    const { user, store } = renderApp('/panel/setup/provider');
    await user.click(await screen.findByRole('combobox', { name: /^Provider/ }));
    await user.click(screen.getByRole('option', { name: 'OpenAI' }));
    await user.type(screen.getByLabelText(/^API key/), 'sk-provider');
    store.dispatch(preferencesChanged({ language: 'zh-CN' }));
    await waitFor(() => expect(screen.getByRole('combobox', { name: /^服务商/ })).toHaveValue('开放'));
    expect(screen.getByLabelText(/^API 密钥/)).toHaveValue('sk-provider');
  });

  it('tests a key before anything is saved, fetches models, and adds the channel', async () => {
    const server = gateway({
      'POST /api/channel/provider_models_list': ['gpt-a', 'gpt-b'],
      'POST /api/channel/probe': () => Response.json({ success: false, message: 'the provider refused the key', time: 0.2, modelName: 'gpt-a', upstream_model: 'gpt-a', detail: '<b>invalid key</b>' }),
      'POST /api/channel/': { ids: [3] },
      'GET /api/prices/unpriced': [{ model: 'gpt-b', channels: 1, groups: ['default'] }],
    });
    const { user } = renderApp('/panel/setup/provider');
    await user.click(await screen.findByRole('combobox', { name: /^Provider/ }));
    expect(screen.queryByRole('option', { name: 'Demo' })).toBeNull();
    await user.click(screen.getByRole('option', { name: 'OpenAI' }));
    await user.type(screen.getByLabelText(/^API key/), 'sk-provider');
    await user.click(screen.getByRole('button', { name: "Fetch the provider's models" }));
    await user.click(await screen.findByRole('checkbox', { name: 'gpt-b' }));
    await user.click(screen.getByRole('button', { name: 'Test the key' }));
    expect(await screen.findByText('<b>invalid key</b>')).toBeVisible();
    expect(server.callsTo('POST /api/channel/')).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Add the channel' }));
    expect(await screen.findByText('The channel OpenAI serves 2 models.')).toBeVisible();
    expect(await screen.findByText(/gpt-b, has no price yet/)).toBeVisible();
    expect(server.callsTo('POST /api/channel/')[0]?.body).toEqual({ type: 1, name: 'OpenAI', key: 'sk-provider', base_url: '', group: 'default', models: 'gpt-a,gpt-b' });
  });

  it('keeps what was chosen while the provider named its models', async () => {
    let name: (models: string[]) => void = () => undefined;
    const named = new Promise<string[]>((resolve) => (name = resolve));
    gateway({ 'POST /api/channel/provider_models_list': () => named });
    const { user } = renderApp('/panel/setup/provider');
    await user.click(await screen.findByRole('combobox', { name: /^Provider/ }));
    await user.click(screen.getByRole('option', { name: 'OpenAI' }));
    await user.type(screen.getByLabelText(/^API key/), 'sk-provider');
    await user.click(screen.getByRole('button', { name: "Fetch the provider's models" }));
    await user.click(screen.getByRole('button', { name: 'Choose none' }));
    name(['gpt-a', 'gpt-b']);
    expect(await screen.findByRole('checkbox', { name: 'gpt-b' })).not.toBeChecked();
    expect(screen.getByRole('checkbox', { name: 'gpt-a' })).not.toBeChecked();
  });

  it('switches the demo provider', async () => {
    const server = gateway({ 'PUT /api/channel/': {} });
    const { user } = renderApp('/panel/setup/provider');
    await user.click(await screen.findByRole('switch', { name: 'Use the built-in demo provider' }));
    await waitFor(() => expect(server.callsTo('PUT /api/channel/')[0]?.body).toEqual({ id: 1, status: 1 }));
  });

  it('shows the key of the first token', async () => {
    const server = gateway({ 'POST /api/token/': { id: 4, name: 'First token', key: 'abc' } });
    const { user } = renderApp('/panel/setup/token');
    await user.click(await screen.findByRole('button', { name: 'Make the token' }));
    expect(await screen.findByText('sk-abc')).toBeVisible();
    expect(screen.getByRole('button', { name: "Copy the token's key" })).toBeVisible();
    expect(server.callsTo('POST /api/token/')[0]?.body).toEqual({ name: 'First token', unlimited_quota: true, remain_quota: 0, expired_time: -1 });
  });

  it('ticks the storage off once it is found fit, and not before', async () => {
    const folder = { path: '/data', writable: true, free_bytes: 2_000, total_bytes: 4_000, needed_bytes: 1_000 };
    const database = { engine: 'sqlite', version: '3', location: '/data/x.db', writable: true, clock_difference_s: 0 };
    const storage = { database, log_database: null, data_dir: folder };
    const server = gateway({ 'GET /api/setup/storage': { ...storage, data_dir: { ...folder, free_bytes: 500 } } });
    const { user } = renderApp('/panel/setup/storage');
    const step = () => within(screen.getByRole('navigation', { name: 'Steps of the setup' })).getByRole('link', { name: /Storage/ });
    await screen.findByText('/data');
    expect(within(step()).queryByTitle('done')).toBeNull();
    server.script({ 'GET /api/setup/storage': storage });
    await user.click(screen.getByRole('button', { name: 'Check again' }));
    await waitFor(() => expect(within(step()).getByTitle('done')).toBeInTheDocument());
  });

  it('says what is wrong with the storage', async () => {
    const folder = { path: '/data', free_bytes: 10, total_bytes: 1000, needed_bytes: 500, writable: true };
    gateway({ 'GET /api/setup/storage': { database: { engine: 'sqlite', version: '3', location: '/data/x.db', writable: true, clock_difference_s: 90 }, log_database: null, data_dir: folder } });
    renderApp('/panel/setup/storage');
    expect(await screen.findByText('Too little room')).toBeVisible();
    expect(screen.getByText(/90 seconds off/)).toBeVisible();
  });

  it('is finished at its end', async () => {
    const server = gateway({ 'GET /api/available_model': {}, 'GET /api/model_info/': [], 'POST /api/setup/done': () => refusal(503) });
    const { user } = renderApp('/panel/setup/test');
    const finish = await screen.findByRole('button', { name: 'Finish' });
    await user.click(finish);
    expect(await screen.findByText('The setup is not marked as finished')).toBeVisible();
    server.script({ 'POST /api/setup/done': null });
    await user.click(finish);
    await waitFor(() => expect(server.callsTo('POST /api/setup/done')).toHaveLength(2));
  });

  it('can be put off, which is remembered and leaves it to do', async () => {
    const server = gateway();
    const { user, router, store } = renderApp('/panel/setup/password');
    await user.click(await screen.findByRole('button', { name: 'Later' }));
    await waitFor(() => expect(router.state.location.pathname).toBe('/panel'));
    expect(screen.getByText('The setup is put off. The overview leads back to it.')).toBeVisible();
    expect(store.getState().preferences.setupPutOff).toBe(true);
    expect(server.callsTo('POST /api/setup/done')).toEqual([]);
  });
});

it('takes up the first step that is not done; those without a record do not hold it up', () => {
  expect(firstOpen(steps)).toBe('password');
  expect(firstOpen({ ...steps, root_password: true, site: true, provider: true })).toBe('token');
  expect(firstOpen({ ...steps, root_password: true, site: true, demo: { id: 1, enabled: true }, token: true })).toBe('test');
});

it('chooses the models known beforehand, or all where there are few', () => {
  expect(preselected(['a', 'b'], ['b', 'c'])).toEqual(['b']);
  expect(preselected(['a', 'b'], [])).toEqual(['a', 'b']);
  expect(preselected(Array.from({ length: 80 }, (_, index) => `m${index}`), [])).toEqual([]);
});

it('shows the wizard to whoever may set the gateway up only', async () => {
  new ScriptedGateway();
  renderApp('/panel/setup');
  expect(await screen.findByText('Not for this account')).toBeVisible();
  expect(within(document.body).queryByRole('button', { name: 'Later' })).toBeNull();
});
