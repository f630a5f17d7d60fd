import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { accessibilityFaults } from '../../test/axe';
import { page, refusal } from '../../test/gateway';
import { renderApp } from '../../test/renderApp';
import { channel, channelGateway, operator } from './testChannels';

const hostile = `<script>alert(1)</script>${'ع'.repeat(150)}🚀`;

function eventStream(events: readonly object[]): Response {
  const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
  return new Response(text, { headers: { 'Content-Type': 'text/event-stream' } });
}

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
    const gateway = channelGateway([channel()], { 'POST /api/channel/batch/status': 1 });
    const { user } = renderApp('/panel/channels');
    await user.click(await screen.findByRole('switch', { name: '“Main” is on' }));
    await user.click(await screen.findByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(gateway.callsTo('POST /api/channel/batch/status').map((call) => call.body)).toEqual([{ ids: [3], status: 2 }, { ids: [3], status: 1 }]));
  });

  it('says so where switching is refused', async () => {
    channelGateway([channel({ status: 2 })], { 'POST /api/channel/batch/status': refusal('its key cannot be decrypted') });
    const { user } = renderApp('/panel/channels');
    await user.click(await screen.findByRole('switch', { name: '“Main” is on' }));
    expect(await screen.findByText('Its key cannot be decrypted')).toBeVisible();
    expect(screen.getByText(/req-1/)).toBeVisible();
  });

  it('deletes a channel after saying what comes of it, and brings it back by undoing', async () => {
    const gateway = channelGateway([channel()], { 'DELETE /api/channel/batch': 1, 'POST /api/channel/restore': 1 });
    const { user } = renderApp('/panel/channels');
    const row = await rowOf('Main');
    await user.click(row.getByRole('button', { name: /actions/i }));
    await user.click(await screen.findByRole('menuitem', { name: 'Delete' }));
    const dialog = within(await screen.findByRole('alertdialog'));
    expect(dialog.getByText(/^It serves calls now/)).toBeVisible();
    await user.click(dialog.getByRole('button', { name: 'Delete' }));
    await waitFor(() => expect(gateway.callsTo('DELETE /api/channel/batch')[0]?.body).toEqual({ ids: [3], value: 'delete' }));
    await user.click(await screen.findByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(gateway.callsTo('POST /api/channel/restore')[0]?.body).toEqual({ ids: [3] }));
  });

  it('switches all selected channels in one call, and takes it back', async () => {
    const gateway = channelGateway([channel(), channel({ id: 4, name: 'Second' }), channel({ id: 5, name: 'Third', status: 2 })], { 'POST /api/channel/batch/status': 2 });
    const { user } = renderApp('/panel/channels');
    await rowOf('Main');
    await user.click(screen.getAllByRole('checkbox')[0]!);
    await user.click(await screen.findByRole('button', { name: 'Switch off' }));
    expect(await screen.findByText('2 channels are off')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(gateway.callsTo('POST /api/channel/batch/status').map((call) => call.body)).toEqual([{ ids: [3, 4], status: 2 }, { ids: [3, 4], status: 1 }]));
  });

  it('tags all selected channels in one call, and gives each its own tag back', async () => {
    const gateway = channelGateway([channel({ tag: 'old' }), channel({ id: 4, name: 'Second' }), channel({ id: 5, name: 'Third', tag: 'old' })], { 'POST /api/channel/batch/tag': 3 });
    const { user } = renderApp('/panel/channels');
    await rowOf('Main');
    await user.click(screen.getAllByRole('checkbox')[0]!);
    await user.click(await screen.findByRole('button', { name: 'Tag' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Tag 3 channels' }));
    await user.type(dialog.getByRole('textbox', { name: 'Tag' }), 'new');
    await user.click(dialog.getByRole('button', { name: 'Save' }));
    await user.click(await screen.findByRole('button', { name: 'Undo' }));
    await waitFor(() =>
      expect(gateway.callsTo('POST /api/channel/batch/tag').map((call) => call.body)).toEqual([
        { ids: [3, 4, 5], tag: 'new' },
        { ids: [3, 5], tag: 'old' },
        { ids: [4], tag: '' },
      ]),
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
    channelGateway([channel()], { 'GET /api/sse/channel/test_all': () => eventStream(events) });
    const { user } = renderApp('/panel/channels');
    await user.click(await screen.findByRole('button', { name: 'Test all' }));
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Test all' }));
    expect(await screen.findByText('2 of 2 tested, 1 failed')).toBeVisible();
    expect(screen.getByText('No answer')).toBeVisible();
    expect(screen.getByText('It was switched off because of this.')).toBeVisible();
  });

  it('draws only a part of the results of thousands', async () => {
    const result = (id: number) => ({ type: 'result', data: { id, name: `channel ${id}`, success: true, message: '', time: 0.1, modelName: 'gpt-a', upstream_model: 'gpt-a', status_changed: false } });
    channelGateway([channel()], { 'GET /api/sse/channel/test_all': () => eventStream([{ type: 'start', data: { total: 1000 } }, ...Array.from({ length: 1000 }, (_, index) => result(index + 1))]) });
    const { user } = renderApp('/panel/channels');
    await user.click(await screen.findByRole('button', { name: 'Test all' }));
    const dialog = within(await screen.findByRole('dialog'));
    await user.click(dialog.getByRole('button', { name: 'Test all' }));
    expect(await dialog.findByText('1000 of 1000 tested, 0 failed')).toBeVisible();
    expect(dialog.queryAllByRole('listitem').length).toBeLessThan(200);
  });

  it('says why a test of all channels was refused', async () => {
    channelGateway([channel()], { 'GET /api/sse/channel/test_all': refusal('a test of all channels is running') });
    const { user } = renderApp('/panel/channels');
    await user.click(await screen.findByRole('button', { name: 'Test all' }));
    await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Test all' }));
    expect(await screen.findByText('A test of all channels is running')).toBeVisible();
  });
});

describe('checking the models of a channel', () => {
  const checked = (model: string, more: object) => ({
    type: 'result',
    data: { success: true, message: '', time: 0.25, modelName: model, upstream_model: model, model, process: [{ name: 'basic', results: [{ name: 'answer', status: 1, remark: '' }], response: null }], ...more },
  });

  async function openCheck(gateway: ReturnType<typeof channelGateway>) {
    const { user } = renderApp('/panel/channels');
    const row = await rowOf('Main');
    await user.click(row.getByRole('button', { name: /actions/i }));
    await user.click(await screen.findByRole('menuitem', { name: 'Check models' }));
    return { user, gateway, dialog: within(await screen.findByRole('dialog', { name: 'Check the models of “Main”' })) };
  }

  it('asks those that are chosen and says of each how it went', async () => {
    const notKnown = [{ name: 'basic', results: [{ name: 'answer', status: 2, remark: '' }], response: null }];
    const events = [checked('gpt-a', {}), checked('gpt-b', { success: false, message: 'the key is refused', detail: '<b>no</b>' }), checked('image-a', { success: false, message: 'it makes no text', process: notKnown }), { type: 'done', data: 'completed' }];
    const { user, gateway, dialog } = await openCheck(channelGateway([channel({ models: 'gpt-a,gpt-b,image-a,left-out,gpt-*' })], { 'POST /api/sse/channel/check': () => eventStream(events) }));
    expect(dialog.queryByRole('checkbox', { name: 'gpt-*' })).toBeNull();
    await user.click(dialog.getByRole('checkbox', { name: 'left-out' }));
    await user.click(dialog.getByRole('button', { name: 'Check 3 models' }));
    expect(await dialog.findByText('3 of 3 tested, 2 failed')).toBeVisible();
    expect(gateway.callsTo('POST /api/sse/channel/check')[0]?.body).toEqual({ id: 3, models: 'gpt-a,gpt-b,image-a' });
    const rows = dialog.getAllByRole('listitem').map((item) => item.textContent);
    expect(rows[0]).toMatch(/gpt-a.*250 ?ms.*Answered/);
    expect(rows[1]).toMatch(/gpt-b.*Failed.*The key is refused.*<b>no<\/b>/);
    expect(rows[2]).toMatch(/image-a.*Not checked/);
    expect(rows[3]).toBe('left-out');
    expect(await accessibilityFaults(screen.getByRole('dialog'))).toEqual([]);
  });

  it('shows which model is being asked, and ends when it is stopped', async () => {
    let tell: ((event: object) => void) | undefined;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        tell = (event) => controller.enqueue(new TextEncoder().encode(`data: ${JSON.stringify(event)}\n\n`));
      },
    });
    const { user, gateway, dialog } = await openCheck(channelGateway([channel()], { 'POST /api/sse/channel/check': () => new Response(body, { headers: { 'Content-Type': 'text/event-stream' } }) }));
    await user.click(dialog.getByRole('button', { name: 'Check 2 models' }));
    await waitFor(() => expect(dialog.getAllByRole('listitem')[0]).toHaveTextContent('gpt-aAsking'));
    tell?.(checked('gpt-a', {}));
    await waitFor(() => expect(dialog.getAllByRole('listitem')[1]).toHaveTextContent('gpt-bAsking'));
    await user.click(dialog.getByRole('button', { name: 'Stop' }));
    expect(await dialog.findByText('Stopped. The others were not tested.')).toBeVisible();
    expect(gateway.callsTo('POST /api/sse/channel/check')[0]?.signal?.aborted).toBe(true);
  });

  it('does not ask more than the gateway takes', async () => {
    const models = Array.from({ length: 501 }, (_, index) => `m${index}`).join(',');
    const { user, dialog } = await openCheck(channelGateway([channel({ models })]));
    expect(dialog.getByRole('button', { name: 'Check 500 models' })).toBeEnabled();
    await user.click(dialog.getByRole('checkbox', { name: /^All models/ }));
    expect(dialog.getByText('At most 500 models can be checked at once.')).toBeVisible();
    expect(dialog.getByRole('button', { name: 'Check 501 models' })).toBeDisabled();
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
