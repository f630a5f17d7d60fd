import { screen, waitFor, within } from '@testing-library/react';
import type { UserEvent } from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { accessibilityFaults } from '../../test/axe';
import { refusal } from '../../test/gateway';
import { renderApp } from '../../test/renderApp';
import { channelChange, channelValues } from './channelForm';
import { channel, channelGateway, odd, openai } from './testChannels';

async function chooseProvider(user: UserEvent, title: string) {
  await user.click(await screen.findByLabelText(/^Provider/, { selector: 'input' }));
  await user.click(await screen.findByRole('option', { name: title }));
}

/** Once to see what changes, once to send it. */
async function saveReviewed(user: UserEvent) {
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await screen.findByRole('table', { name: 'Changes' });
  await user.click(screen.getByRole('button', { name: 'Save' }));
}

describe("a new channel's form", () => {
  it('asks for what the provider needs, and sends it', async () => {
    const gateway = channelGateway([channel()], { 'POST /api/channel/': { ids: [3] } });
    const { user, router } = renderApp('/panel/channels/new');
    await chooseProvider(user, 'Odd provider');
    expect(screen.getByLabelText(/Name/, { selector: 'input' })).toHaveValue('Odd provider');
    expect(screen.getByText('odd-1')).toBeVisible();
    expect(screen.getByLabelText('Retries', { selector: 'input' })).toHaveValue('2');

    await user.type(screen.getByLabelText(/Address/, { selector: 'input' }), 'https://odd.test');
    await user.type(screen.getByLabelText(/^Key/), 'sk-1');
    await user.click(screen.getByLabelText(/^Region/));
    await user.click(await screen.findByRole('option', { name: 'south' }));
    await user.click(screen.getByLabelText('Strict'));
    await user.type(screen.getByLabelText('App secret'), 'hush');
    await user.type(screen.getByLabelText('API version', { selector: 'input' }), 'v9');
    const map = within(screen.getByRole('group', { name: 'Its headers' }));
    await user.click(map.getByRole('button', { name: 'Add a row' }));
    await user.type(map.getByLabelText('Name'), 'X-A');
    await user.type(map.getByLabelText('Value'), '1');
    expect(await accessibilityFaults()).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Add' }));

    await waitFor(() => expect(router.state.location.pathname).toBe('/panel/channels/3'));
    expect(gateway.callsTo('POST /api/channel/')[0]?.body).toMatchObject({
      type: 77,
      name: 'Odd provider',
      key: 'sk-1',
      base_url: 'https://odd.test',
      models: 'odd-1',
      group: 'default',
      status: 1,
      one_channel: true,
      other: 'v9',
      options: { region: 'south', retries: 2, strict: true, app_secret: 'hush', headers: { 'X-A': '1' } },
    });
  });

  it('says what is missing beside its field', async () => {
    const gateway = channelGateway([]);
    const { user } = renderApp('/panel/channels/new');
    await chooseProvider(user, 'Odd provider');
    await user.click(screen.getByRole('button', { name: 'Add' }));
    expect(await screen.findByText('This provider has no address of its own: give one')).toBeVisible();
    expect(screen.getByText('This provider needs a key')).toBeVisible();
    expect(screen.getByText('This provider needs it')).toBeVisible();
    expect(gateway.callsTo('POST /api/channel/')).toHaveLength(0);
  });

  it('keeps what was typed when the gateway refuses it', async () => {
    channelGateway([], { 'POST /api/channel/': refusal('model_mapping: entry 1 is wrong') });
    const { user } = renderApp('/panel/channels/new');
    await chooseProvider(user, 'OpenAI');
    await user.type(screen.getByLabelText(/^Key/), 'sk-1');
    await user.click(screen.getByRole('button', { name: 'Add' }));
    expect(await screen.findByText('Model_mapping: entry 1 is wrong')).toBeVisible();
    expect(screen.getByLabelText(/^Key/)).toHaveValue('sk-1');
  });

  it('tries the channel before it is saved', async () => {
    const gateway = channelGateway([], { 'POST /api/channel/probe': Response.json({ success: true, message: '', time: 0.4, modelName: 'gpt-a', upstream_model: 'gpt-a' }) });
    const { user } = renderApp('/panel/channels/new');
    await chooseProvider(user, 'OpenAI');
    await user.type(screen.getByLabelText(/^Key/), 'sk-1');
    await user.click(screen.getByRole('button', { name: 'Test now' }));
    expect(await screen.findByText(/gpt-a answered in 400/)).toBeVisible();
    expect(gateway.callsTo('POST /api/channel/probe')[0]?.body).toMatchObject({ type: 1, key: 'sk-1', models: 'gpt-a,gpt-b' });
    expect(gateway.callsTo('POST /api/channel/')).toHaveLength(0);
  });

  it("takes models from the provider's own list", async () => {
    channelGateway([], { 'POST /api/channel/provider_models_list': ['gpt-b', 'gpt-z'] });
    const { user } = renderApp('/panel/channels/new');
    await chooseProvider(user, 'OpenAI');
    await user.click(screen.getByRole('button', { name: 'Ask the provider' }));
    await user.click(await screen.findByRole('checkbox', { name: 'gpt-z' }));
    await user.click(screen.getByRole('button', { name: 'Take 3 models' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(screen.getByText('gpt-z')).toBeVisible();
    expect(screen.getByText('gpt-a')).toBeVisible();
  });
});

describe("a channel's form", () => {
  it('shows what changes before it is sent, and of a key only that it is another', async () => {
    const gateway = channelGateway([channel({ key: 'sk-secret' })]);
    const { user } = renderApp('/panel/channels/3/edit');
    const name = await screen.findByLabelText(/^Name/, { selector: 'input' });
    await user.clear(name);
    await user.type(name, 'Renamed');
    await user.click(screen.getByRole('button', { name: 'Replace' }));
    await user.type(screen.getByLabelText(/^Key/), 'sk-new');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    const changes = within(await screen.findByRole('table', { name: 'Changes' }));
    expect(changes.getAllByRole('row').slice(1).map((row) => row.textContent)).toEqual(['NameMainRenamed', 'KeyNot shownReplaced']);
    expect(gateway.callsTo('PUT /api/channel/')).toHaveLength(0);
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(gateway.callsTo('PUT /api/channel/')[0]?.body).toMatchObject({ key: 'sk-new', name: 'Renamed' }));
  });

  it('keeps the keys unless they are replaced, and sends the version it began with', async () => {
    const gateway = channelGateway([channel({ key: 'sk-secret' })]);
    const { user } = renderApp('/panel/channels/3/edit');
    const name = await screen.findByLabelText(/^Name/, { selector: 'input' });
    expect(screen.queryByDisplayValue('sk-secret')).toBeNull();
    await user.clear(name);
    await user.type(name, 'Renamed');
    await saveReviewed(user);
    await waitFor(() => expect(gateway.callsTo('PUT /api/channel/')[0]?.body).toMatchObject({ id: 3, version: 4, key: '', name: 'Renamed' }));
    expect(gateway.callsTo('PUT /api/channel/')[0]?.body).not.toHaveProperty('status');
  });

  it("shows both versions where somebody else's change came first", async () => {
    let stored = channel();
    const gateway = channelGateway([stored], { 'GET /api/channel/3': () => stored, 'PUT /api/channel/': refusal('the channel was changed meanwhile') });
    const { user } = renderApp('/panel/channels/3/edit');
    const name = await screen.findByLabelText(/^Name/, { selector: 'input' });
    await user.clear(name);
    await user.type(name, 'Mine');
    stored = channel({ name: 'Theirs', version: 5 });
    await saveReviewed(user);
    expect(await screen.findByText('Theirs')).toBeVisible();
    expect(screen.getAllByText('Mine').length).toBeGreaterThan(0);
    expect(gateway.callsTo('PUT /api/channel/')).toHaveLength(1);
  });

  it('begins a copy with what the channel is, under another name', async () => {
    channelGateway([channel({ key: 'sk-secret', weight: 7 })]);
    renderApp('/panel/channels/new?copy=3');
    expect(await screen.findByLabelText(/^Name/, { selector: 'input' })).toHaveValue('Main copy');
    expect(screen.getByLabelText('Weight', { selector: 'input' })).toHaveValue('7');
    expect(screen.getByLabelText(/^Key/)).toHaveValue('sk-secret');
  });
});

describe('a channel in the form', () => {
  it('comes back as it was', () => {
    const stored = channel({
      type: odd.number,
      other: 'v2',
      options: { region: 'north', headers: { 'X-A': '1' }, gateway: { tls_verify: false, idle_timeout_ms: 500, system_prompt_mode: 'only_if_absent', key_rotation: 'random' } },
      model_mapping: '{"gpt-a":"+up"}',
      status_code_mapping: '{"400":500}',
      disabled_stream: ['gpt-b'],
      pre_cost: 3,
    });
    const sent = channelChange(channelValues(stored), odd);
    expect(sent.options).toEqual(stored.options);
    expect(sent).toMatchObject({ other: 'v2', model_mapping: '{"gpt-a":"+up"}', status_code_mapping: '{"400":"500"}', disabled_stream: ['gpt-b'], pre_cost: 3, key: '' });
  });

  it("leaves another provider's options behind", () => {
    const stored = channel({ type: odd.number, options: { region: 'north' } });
    expect(channelChange({ ...channelValues(stored), type: '1' }, openai).options).toEqual({});
  });
});
