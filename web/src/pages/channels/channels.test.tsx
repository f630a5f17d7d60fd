import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { accessibilityFaults } from '../../test/axe';
import { page, refusal } from '../../test/gateway';
import { renderApp } from '../../test/renderApp';
import { channel, channelGateway, operator } from './testChannels';

const hostile = `<script>alert(1)</script>${'ع'.repeat(150)}🚀`;

async function rowOf(name: string) {
  return within((await screen.findByText(name)).closest('tr')!);
}

describe('the list of channels', () => {
  it('shows hostile names as text, and why a channel is off', async () => {
    channelGateway([channel({ name: hostile, status: 3, disabled_reason: 'invalid_api_key: <b>no</b>', disabled_time: 1_760_000_000 })]);
    const { container } = renderApp('/panel/channels');
    const row = await rowOf(hostile);
    expect(row.getByText('Switched off by itself')).toBeVisible();
    expect(row.getByText(/invalid_api_key: <b>no<\/b>/)).toBeVisible();
    expect(container.querySelector('td script, td b')).toBeNull();
    expect(await accessibilityFaults()).toEqual([]);
  });

  it('says how long a channel waits', async () => {
    const health = { breaker: 'open', breaker_seconds: 30, cooldown_seconds: 0, keys: 1, keys_cooling: 0, keys_off: 0, failures_in_row: 5, in_flight: 0, latency_ms: 0, answered: 0, failed: 5, limited: 0, opened: 1, off: false } as const;
    channelGateway([channel({ health })]);
    renderApp('/panel/channels');
    expect(await screen.findByText(/Paused after failures · (30|29|28) sec/)).toBeVisible();
  });

  it('asks for what the address says', async () => {
    const gateway = channelGateway([channel()]);
    renderApp('/panel/channels?f.status=is:3&f.name=contains:a%2520b&f.type=is:1&f.models=contains:gpt&f.group=is:vip&sort=-priority&page=2');
    await rowOf('Main');
    const asked = gateway.callsTo('GET /api/channel/').at(-1)!.params;
    expect(Object.fromEntries(asked)).toEqual({ filter_tag: '3', order: '-priority', page: '2', size: '20', status: '3', name: 'a b', type: '1', models: 'gpt', group: 'vip' });
  });

  it('switches a channel off, and on again by undoing', async () => {
    const gateway = channelGateway([channel()]);
    const { user } = renderApp('/panel/channels');
    await user.click(await screen.findByRole('switch', { name: '“Main” is on' }));
    await user.click(await screen.findByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(gateway.callsTo('PUT /api/channel/').map((call) => call.body)).toEqual([{ id: 3, status: 2 }, { id: 3, status: 1 }]));
  });

  it('says so where switching is refused', async () => {
    channelGateway([channel({ status: 2 })], { 'PUT /api/channel/': refusal('its key cannot be decrypted') });
    const { user } = renderApp('/panel/channels');
    await user.click(await screen.findByRole('switch', { name: '“Main” is on' }));
    expect(await screen.findByText('Its key cannot be decrypted')).toBeVisible();
    expect(screen.getByText(/req-1/)).toBeVisible();
  });

  it('deletes what serves calls only when it is named', async () => {
    const gateway = channelGateway([channel()], { 'DELETE /api/channel/batch': 1 });
    const { user } = renderApp('/panel/channels');
    const row = await rowOf('Main');
    await user.click(row.getByRole('button', { name: /actions/i }));
    await user.click(await screen.findByRole('menuitem', { name: 'Delete' }));
    const dialog = within(await screen.findByRole('alertdialog'));
    expect(dialog.getByRole('button', { name: 'Delete' })).toBeDisabled();
    await user.type(dialog.getByRole('textbox'), 'Main');
    await user.click(dialog.getByRole('button', { name: 'Delete' }));
    await waitFor(() => expect(gateway.callsTo('DELETE /api/channel/batch')[0]?.body).toEqual({ ids: [3], value: 'delete' }));
  });

  it('changes all selected channels, and takes it back', async () => {
    const gateway = channelGateway([channel(), channel({ id: 4, name: 'Second' }), channel({ id: 5, name: 'Third', status: 2 })]);
    const { user } = renderApp('/panel/channels');
    await rowOf('Main');
    await user.click(screen.getAllByRole('checkbox')[0]!);
    await user.click(await screen.findByRole('button', { name: 'Switch off' }));
    expect(await screen.findByText('2 channels are off')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(gateway.callsTo('PUT /api/channel/')).toHaveLength(4));
    expect(gateway.callsTo('PUT /api/channel/').map((call) => call.body)).toEqual(
      expect.arrayContaining([{ id: 3, status: 2 }, { id: 4, status: 2 }, { id: 3, status: 1 }, { id: 4, status: 1 }]),
    );
  });

  it('offers the next step where there is none, and nothing to those who may only look', async () => {
    channelGateway([]);
    const { unmount } = renderApp('/panel/channels');
    await screen.findByText('There is no channel yet');
    expect(screen.getAllByRole('link', { name: 'Add a channel' })).toHaveLength(2);
    unmount();
    channelGateway([channel()], { 'GET /api/user/self': { ...operator, capabilities: ['channels.read'] } });
    renderApp('/panel/channels');
    await rowOf('Main');
    expect(screen.queryByRole('link', { name: 'Add a channel' })).toBeNull();
    expect(screen.queryByRole('switch')).toBeNull();
    expect(screen.queryByRole('checkbox')).toBeNull();
  });

  it('tries again where it could not be read', async () => {
    let works = false;
    channelGateway([], { 'GET /api/channel/': () => (works ? page([channel()]) : refusal(503)) });
    const { user } = renderApp('/panel/channels');
    const retry = await screen.findByRole('button', { name: 'Try again' });
    works = true;
    await user.click(retry);
    await rowOf('Main');
  });
});

describe('testing channels', () => {
  it("shows the provider's own words beside the reason", async () => {
    const failed = { success: false, message: 'the key is refused', time: 0.25, modelName: 'gpt-a', upstream_model: 'gpt-a', detail: '{"error":"<invalid>"}' };
    const gateway = channelGateway([channel()], { 'GET /api/channel/test/3': Response.json(failed) });
    const { user } = renderApp('/panel/channels');
    const row = await rowOf('Main');
    await user.click(row.getByRole('button', { name: /actions/i }));
    await user.click(await screen.findByRole('menuitem', { name: 'Test' }));
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Test' }));
    expect(await screen.findByText('The key is refused')).toBeVisible();
    expect(screen.getByText('{"error":"<invalid>"}')).toBeVisible();
    expect(gateway.callsTo('GET /api/channel/test/3')[0]?.params.get('model')).toBe('gpt-a');
  });

  it('follows a test of all channels', async () => {
    const events = [
      { type: 'start', data: { total: 2 } },
      { type: 'result', data: { id: 3, name: 'Main', success: true, message: '', time: 0.1, modelName: 'gpt-a', upstream_model: 'gpt-a', status_changed: false } },
      { type: 'heartbeat', data: 'ping' },
      { type: 'result', data: { id: 4, name: 'Second', success: false, message: 'no answer', time: 2, modelName: 'gpt-a', upstream_model: 'gpt-a', status_changed: true } },
      { type: 'done', data: { tested: 2, failed: 1 } },
    ];
    const stream = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
    channelGateway([channel()], { 'GET /api/sse/channel/test_all': () => new Response(stream, { headers: { 'Content-Type': 'text/event-stream' } }) });
    const { user } = renderApp('/panel/channels');
    await user.click(await screen.findByRole('button', { name: 'Test all' }));
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Test all' }));
    expect(await screen.findByText('2 of 2 tested, 1 failed')).toBeVisible();
    expect(screen.getByText('No answer')).toBeVisible();
    expect(screen.getByText('It was switched off because of this.')).toBeVisible();
  });

  it('says why a test of all channels was refused', async () => {
    channelGateway([channel()], { 'GET /api/sse/channel/test_all': refusal('a test of all channels is running') });
    const { user } = renderApp('/panel/channels');
    await user.click(await screen.findByRole('button', { name: 'Test all' }));
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Test all' }));
    expect(await screen.findByText('A test of all channels is running')).toBeVisible();
  });
});

describe('one channel', () => {
  it('shows its health, settings and failed calls', async () => {
    channelGateway([channel({ key: 'a\nb', health: { breaker: 'closed', breaker_seconds: 0, cooldown_seconds: 9, keys: 2, keys_cooling: 1, keys_off: 0, failures_in_row: 0, in_flight: 1, latency_ms: 480, answered: 3, failed: 1, limited: 0, opened: 0, off: false } })]);
    renderApp('/panel/channels/3');
    expect(await screen.findByRole('heading', { level: 1, name: 'Main' })).toBeVisible();
    expect(screen.getByText('1 (25%)')).toBeVisible();
    expect(screen.getByText(/1 of 2 keys waiting/)).toBeVisible();
    expect(await screen.findByText('No call failed here as far as the log goes back.')).toBeVisible();
    expect(await accessibilityFaults()).toEqual([]);
  });

  it('says that there is none', async () => {
    channelGateway([channel()], { 'GET /api/channel/9': refusal('there is no such channel') });
    renderApp('/panel/channels/9');
    expect(await screen.findByText('There is no such channel')).toBeVisible();
  });
});
