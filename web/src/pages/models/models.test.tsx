import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { accessibilityFaults } from '../../test/axe';
import { refusal, ScriptedGateway, testAccount } from '../../test/gateway';
import { renderApp } from '../../test/renderApp';
import { setWidth } from '../../test/width';

const price = { channel_type: 1, locked: false };
const hostile = `<img src=x onerror=alert(1)>${'ا'.repeat(200)}`;
const models = {
  'gpt-a': { groups: ['default', 'vip'], owned_by: 'OpenAI', price: { ...price, model: 'gpt-a', type: 'tokens', input: 1.25, output: 5, extra_ratios: { cached_tokens: 0.1 } } },
  'draw/b': { groups: ['default'], owned_by: 'Painter', price: { ...price, model: 'draw/b', type: 'times', input: 20, output: 20 } },
  'demo-c': { groups: ['default'], owned_by: hostile, price: { ...price, model: 'demo-c', type: 'tokens', input: 0, output: 0 } },
};
const groups = { default: { symbol: 'default', name: 'Default', ratio: 1 }, vip: { symbol: 'vip', name: 'VIP', ratio: 0.5 } };

function gateway(answers: Record<string, unknown> = {}) {
  setWidth(1440);
  return new ScriptedGateway({
    'GET /api/available_model': models,
    'GET /api/model_info/': [{ model: 'draw/b', description: 'Draws <b>pictures</b>', context_length: 4096, input_modalities: '["text"]', output_modalities: '["image"]' }],
    'GET /api/user_group_map': groups,
    ...answers,
  });
}

async function rowOf(name: string) {
  return within((await screen.findByText(name)).closest('tr')!);
}

describe('models', () => {
  it('lists what may be called, in dollars of the chosen group', async () => {
    gateway();
    const { user, container } = renderApp('/panel/models');
    expect((await rowOf('gpt-a')).getByText('$2.50')).toBeVisible();
    expect((await rowOf('gpt-a')).getByText('$10.00')).toBeVisible();
    expect((await rowOf('draw/b')).getByText('$0.04 a call')).toBeVisible();
    expect((await rowOf('demo-c')).getAllByText('free')).toHaveLength(2);
    expect(container.querySelector('img')).toBeNull();
    expect(await accessibilityFaults()).toEqual([]);

    await user.click(screen.getByRole('combobox', { name: 'Prices in group' }));
    await user.click(await screen.findByRole('option', { name: 'VIP' }));
    expect((await rowOf('gpt-a')).getByText('$1.25')).toBeVisible();
  });

  it('filters by what the address says', async () => {
    gateway();
    renderApp('/panel/models?f.owner=is:Painter');
    await rowOf('draw/b');
    expect(screen.queryByText('gpt-a')).toBeNull();
  });

  it("shows a model's details at an address of their own, also for names with a slash", async () => {
    gateway();
    const { user, router } = renderApp('/panel/models/draw%2Fb');
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByText('Draws <b>pictures</b>')).toBeVisible();
    expect(dialog.getByText('takes text; gives image')).toBeVisible();
    expect(dialog.getByRole('link', { name: 'Open in the playground' })).toHaveAttribute('href', '/panel/playground?model=draw%2Fb');
    await user.click(dialog.getByRole('button', { name: 'Close' }));
    await waitFor(() => expect(router.state.location.pathname).toBe('/panel/models'));
  });

  it('fills the screen of a phone with the details', async () => {
    gateway();
    setWidth(360);
    renderApp('/panel/models/gpt-a');
    expect((await screen.findByRole('dialog')).className).toContain('paperFullScreen');
  });

  it('tells operators what makes a model callable, and others whom to ask', async () => {
    gateway({ 'GET /api/available_model': {}, 'GET /api/user/self': { ...testAccount, capabilities: ['models', 'channels.write'] } });
    const { unmount } = renderApp('/panel/models');
    expect(await screen.findByRole('link', { name: 'Go to the channels' })).toBeVisible();
    unmount();
    gateway({ 'GET /api/available_model': {} });
    renderApp('/panel/models');
    expect(await screen.findByText(/An administrator has to add channels/)).toBeVisible();
  });

  it('offers another try where the list cannot be read', async () => {
    let works = false;
    gateway({ 'GET /api/available_model': () => (works ? models : refusal(503)) });
    const { user } = renderApp('/panel/models');
    const retry = await screen.findByRole('button', { name: 'Try again' });
    works = true;
    await user.click(retry);
    await rowOf('gpt-a');
  });
});
