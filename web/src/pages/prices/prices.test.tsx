import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Price } from '../../api/generated';
import { accessibilityFaults } from '../../test/axe';
import { refusal, ScriptedGateway, testAccount } from '../../test/gateway';
import { renderApp } from '../../test/renderApp';
import { setWidth } from '../../test/width';
import { extraUsd, priceBody } from './price';

const hostile = `<img src=x onerror=alert(1)>${'ا'.repeat(120)}`;
const gptA: Price = { model: 'gpt-a', type: 'tokens', channel_type: 1, input: 0.075, output: 0.3, locked: false, extra_ratios: { cached_tokens: 0.5 }, usd: { input: '0.15', output: '0.6', extra: { cached_tokens: '0.075' } } };
const draw: Price = { model: 'vendor/draw', type: 'times', channel_type: 2, input: 20, output: 0, locked: true, usd: { input: '0.04', output: '0' } };
const odd: Price = { model: hostile, type: 'tokens', input: 1, output: 1, usd: { input: '2', output: '2' } };

function priceGateway(answers: Record<string, unknown> = {}) {
  setWidth(1440);
  return new ScriptedGateway({
    'GET /api/user/self': { ...testAccount, capabilities: ['prices.read', 'prices.write'] },
    'GET /api/prices': [gptA, draw, odd],
    'GET /api/prices/unpriced': [{ model: 'new-1', channels: 2, groups: ['default'] }, { model: 'new-2', channels: 1, groups: ['vip'] }],
    'GET /api/ownedby': { 1: { id: 1, name: 'OpenAI' }, 2: { id: 2, name: 'Painter' } },
    'PUT /api/prices/single/gpt-a': null,
    ...answers,
  });
}

async function rowOf(name: string) {
  return within((await screen.findByText(name)).closest('tr')!);
}

describe('prices', () => {
  it('shows dollars to the last digit, and hostile names as text', async () => {
    priceGateway();
    const { container } = renderApp('/panel/prices');
    const row = await rowOf('gpt-a');
    expect(row.getByText('$0.15')).toBeVisible();
    expect(row.getByText('$0.60')).toBeVisible();
    expect(row.getByText('$0.075')).toBeVisible();
    expect((await rowOf('vendor/draw')).getByText('Per call')).toBeVisible();
    expect(screen.getByText(hostile)).toBeVisible();
    expect(container.querySelector('img')).toBeNull();
    expect(await accessibilityFaults()).toEqual([]);
  });

  it('filters by what the address says', async () => {
    priceGateway();
    renderApp('/panel/prices?f.maker=is:2');
    await rowOf('vendor/draw');
    expect(screen.queryByText('gpt-a')).toBeNull();
  });

  it('changes an amount in place, exactly, and takes it back', async () => {
    const gateway = priceGateway();
    const { user } = renderApp('/panel/prices');
    await user.click((await rowOf('gpt-a')).getByRole('button', { name: 'Change the input price of gpt-a' }));
    const field = screen.getByRole('textbox', { name: 'Change the input price of gpt-a' });
    expect(field).toHaveValue('0.15');
    await user.clear(field);
    await user.type(field, '0.1234567890123{Enter}');
    await user.click(await screen.findByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(gateway.callsTo('PUT /api/prices/single/gpt-a')).toHaveLength(2));
    const [changed, restored] = gateway.callsTo('PUT /api/prices/single/gpt-a').map((call) => call.body);
    expect(changed).toEqual({ model: 'gpt-a', type: 'tokens', channel_type: 1, locked: false, extra_ratios: { cached_tokens: 0.5 }, usd: { input: '0.1234567890123', output: '0.6' } });
    expect(restored).toMatchObject({ usd: { input: '0.15', output: '0.6' } });
  });

  it('leaves an amount alone on Escape, and keeps what is no amount', async () => {
    const gateway = priceGateway();
    const { user } = renderApp('/panel/prices');
    await user.click((await rowOf('gpt-a')).getByRole('button', { name: 'Change the output price of gpt-a' }));
    const field = screen.getByRole('textbox', { name: 'Change the output price of gpt-a' });
    await user.clear(field);
    await user.type(field, '-1{Enter}');
    expect(await screen.findByText('Give an amount of 0 or more, such as 0.15')).toBeVisible();
    expect(field).toHaveValue('-1');
    await user.keyboard('{Escape}');
    await waitFor(() => expect(field).not.toBeInTheDocument());
    expect(gateway.callsTo('PUT /api/prices/single/gpt-a')).toHaveLength(0);
  });

  it("shows the gateway's refusal beside the amount", async () => {
    priceGateway({ 'PUT /api/prices/single/gpt-a': refusal('usd.input has too many digits') });
    const { user } = renderApp('/panel/prices');
    await user.click((await rowOf('gpt-a')).getByRole('button', { name: 'Change the input price of gpt-a' }));
    const field = screen.getByRole('textbox', { name: 'Change the input price of gpt-a' });
    await user.type(field, '1{Enter}');
    expect(await screen.findByText('Usd.input has too many digits')).toBeVisible();
  });

  it('deletes a price, and adds it again by undoing', async () => {
    const gateway = priceGateway({ 'PUT /api/prices/multiple/delete': null, 'POST /api/prices/single': null });
    const { user } = renderApp('/panel/prices');
    await user.click((await rowOf('gpt-a')).getByRole('button', { name: /actions/i }));
    await user.click(await screen.findByRole('menuitem', { name: 'Delete' }));
    await user.click(await screen.findByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(gateway.callsTo('POST /api/prices/single')[0]?.body).toMatchObject({ model: 'gpt-a', usd: { input: '0.15', output: '0.6' } }));
    expect(gateway.callsTo('PUT /api/prices/multiple/delete')[0]?.body).toEqual({ models: ['gpt-a'] });
  });

  it('gives several models without a price one', async () => {
    const gateway = priceGateway({ 'POST /api/prices/multiple': null });
    const { user, router } = renderApp('/panel/prices?view=unpriced');
    await rowOf('new-1');
    await user.click(screen.getAllByRole('checkbox')[0]!);
    await user.click(await screen.findByRole('link', { name: 'Give them one price' }));
    const dialog = within(await screen.findByRole('dialog'));
    await user.type(dialog.getByRole('textbox', { name: /^Input/ }), '0.15');
    await user.type(dialog.getByRole('textbox', { name: /^Output/ }), '0.60');
    await user.click(dialog.getByRole('button', { name: 'Add a kind' }));
    const multiplier = dialog.getByRole('textbox', { name: 'Times the input price' });
    await user.clear(multiplier);
    await user.type(multiplier, '0.1');
    expect(dialog.getByText('= $0.015')).toBeVisible();
    await user.click(dialog.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(router.state.location.pathname).toBe('/panel/prices'));
    expect(router.state.location.search).toBe('?view=unpriced');
    expect(gateway.callsTo('POST /api/prices/multiple')[0]?.body).toEqual({
      original_models: [],
      models: ['new-1', 'new-2'],
      price: { model: 'new-1', type: 'tokens', channel_type: 0, locked: false, extra_ratios: { cached_tokens: 0.1 }, usd: { input: '0.15', output: '0.6' } },
    });
  });

  it('opens a price at its own address, and says what will be replaced', async () => {
    const gateway = priceGateway({ 'PUT /api/prices/single/vendor%2Fdraw': null });
    const { user, router, unmount } = renderApp('/panel/prices/edit?price=vendor%2Fdraw');
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByRole('textbox', { name: /Price of a call/ })).toHaveValue('0.04');
    await user.click(dialog.getByRole('switch', { name: 'Locked' }));
    await user.click(dialog.getByRole('button', { name: 'Save' }));
    await dialog.findByRole('table', { name: 'Changes' });
    await user.click(dialog.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(router.state.location.pathname).toBe('/panel/prices'));
    expect(gateway.calls.find((call) => call.method === 'PUT')?.body).toMatchObject({ model: 'vendor/draw', type: 'times', locked: false, usd: { input: '0.04', output: '0' } });
    unmount();
    priceGateway();
    renderApp('/panel/prices/new?models=gpt-a');
    expect(await screen.findByText('This replaces the price of gpt-a.')).toBeVisible();
  });

  it('shows what changes before it is sent, also the kinds that are taken away', async () => {
    const gateway = priceGateway();
    const { user } = renderApp('/panel/prices/edit?price=gpt-a');
    const dialog = within(await screen.findByRole('dialog'));
    const input = dialog.getByRole('textbox', { name: /^Input/ });
    await user.clear(input);
    await user.type(input, '0.2');
    await user.click(dialog.getByRole('button', { name: /^Remove/ }));
    await user.click(dialog.getByRole('button', { name: 'Save' }));
    const changes = within(await dialog.findByRole('table', { name: 'Changes' }));
    expect(changes.getAllByRole('row').slice(1).map((row) => row.textContent)).toEqual(['Input0.150.2', 'Other kindsCached input × 0.5Nothing']);
    expect(gateway.calls.filter(({ method }) => method === 'PUT')).toEqual([]);
  });

  it('says where nothing is left to be priced, and lets others only look', async () => {
    priceGateway({ 'GET /api/prices/unpriced': [], 'GET /api/user/self': { ...testAccount, capabilities: ['prices.read'] } });
    const { unmount } = renderApp('/panel/prices?view=unpriced');
    expect(await screen.findByText('Every model that is served has a price')).toBeVisible();
    unmount();
    renderApp('/panel/prices');
    expect((await rowOf('gpt-a')).getAllByRole('button').map((button) => button.getAttribute('aria-label'))).toEqual(["Copy the model's name"]);
  });
});

describe('a price', () => {
  it('is sent without what is only derived', () => {
    expect(priceBody(gptA)).toEqual({ model: 'gpt-a', type: 'tokens', channel_type: 1, locked: false, extra_ratios: { cached_tokens: 0.5 }, usd: { input: '0.15', output: '0.6' } });
  });

  it('multiplies the side that a kind belongs to', () => {
    const usd = { input: '0.15', output: '0.6' };
    expect(extraUsd('cached_tokens', '0.1', usd, 500_000)).toBe('0.015');
    expect(extraUsd('reasoning_tokens', '2', usd, 500_000)).toBe('1.2');
    expect(extraUsd('web_search', '5000', usd, 500_000)).toBe('0.01');
    expect(extraUsd('cached_tokens', 'x', usd, 500_000)).toBeUndefined();
    expect(extraUsd('cached_tokens', '1', { input: '', output: '' }, 500_000)).toBeUndefined();
  });
});
