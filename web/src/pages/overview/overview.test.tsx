import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Overview, Token, UsageSums } from '../../api/generated';
import { testAdmin } from '../../test/accounts';
import { accessibilityFaults } from '../../test/axe';
import { type Call, page, refusal, ScriptedGateway, testAccount } from '../../test/gateway';
import { renderApp } from '../../test/renderApp';

const none: UsageSums = { requests: 0, errors: 0, quota: 0, prompt_tokens: 0, completion_tokens: 0, cache_read_tokens: 0, average_ms: 0 };
const some: UsageSums = { requests: 30, errors: 10, quota: 750_000, prompt_tokens: 4_000, completion_tokens: 1_000, cache_read_tokens: 1_000, average_ms: 800 };

const overview: Overview = {
  scope: 'own',
  days: 1,
  from: 1_760_000_000,
  bucket_s: 3_600,
  totals: { today: some, yesterday: { ...some, requests: 20, quota: 500_000 }, last_7_days: { ...some, quota: 3_500_000 }, last_30_days: { ...some, requests: 1_200 } },
  series: [
    { ...none, at: 1_760_000_400 },
    { ...some, at: 1_760_004_000 },
  ],
  previous: null,
  models: [{ ...some, id: 1, name: 'gpt-a' }],
  users: null,
  channels: null,
  latency: { calls: 40, streams: 12, p50_ms: 820, p95_ms: 4_100, first_byte_p50_ms: 210, first_byte_p95_ms: null },
  unhealthy_channels: null,
  warnings: null,
};

const operators: Overview = {
  ...overview,
  scope: 'all',
  users: [{ ...some, id: 5, name: '<script>alert(1)</script>' }],
  channels: [{ ...some, id: 3, name: 'main' }],
  unhealthy_channels: [{ id: 4, name: 'spare', why: 'disabled', reason: 'invalid api key', since: 1_760_000_000, seconds_left: 0 }],
  warnings: [{ code: 'unpriced_models', count: 12, names: ['m1', 'm2'] }],
};

const token: Token = {
  id: 5, user_id: 7, key: '', key_withheld: false, key_hint: 'mnop', status: 3, name: 'laptop', created_time: 1, accessed_time: 1, expired_time: 2,
  remain_quota: 0, unlimited_quota: true, used_quota: 0, request_count: 0, group: '', backup_group: '', setting: {}, version: 1,
};

function userGateway(more: Record<string, unknown> = {}) {
  return new ScriptedGateway({
    'GET /api/overview': overview,
    'GET /api/user/dashboard': null,
    'GET /api/token/': () => page([token]),
    'GET /api/available_model': {},
    'GET /api/model_info/': [],
    ...more,
  });
}

function figure(name: string): HTMLElement {
  const tiles = within(screen.getByRole('list', { name: 'Key figures' })).getAllByRole('listitem');
  const found = tiles.find((tile) => tile.textContent.startsWith(name));
  if (!found) throw new Error(`no figure ${name}`);
  return found;
}

describe('the overview of a user', () => {
  it('shows the balance, how long it lasts, and what was spent', async () => {
    const server = userGateway();
    renderApp('/panel');
    await screen.findByRole('list', { name: 'Key figures' });
    expect(server.callsTo('GET /api/overview')[0]?.params.get('scope')).toBe('own');
    expect(figure('Balance')).toHaveTextContent('$2.00lasts about 2 days');
    expect(figure('Cost today')).toHaveTextContent('$1.50+50% against yesterday');
    expect(figure('Cost, 30 days')).toHaveTextContent('1.2K calls');
    expect(await accessibilityFaults()).toEqual([]);
  });

  it('names tokens that need attention, and leads to a first one', async () => {
    userGateway();
    renderApp('/panel');
    const tokens = await screen.findByRole('region', { name: 'Tokens that need attention' });
    expect(within(tokens).getByRole('link', { name: 'laptop' })).toHaveAttribute('href', '/panel/tokens/5');
    expect(tokens).toHaveTextContent('Expired');
    expect(await screen.findByRole('link', { name: 'Make a token' })).toHaveAttribute('href', '/panel/tokens/new');
  });

  it('reads the figures of the time that is chosen', async () => {
    const server = userGateway();
    const { user, router } = renderApp('/panel');
    await user.click(await screen.findByRole('button', { name: '30 days' }));
    await waitFor(() => expect(server.callsTo('GET /api/overview').at(-1)?.params.get('days')).toBe('30'));
    expect(router.state.location.search).toBe('?days=30');
  });

  it.each([
    ['24 hours', '1', '?days=1&compare=1'],
    ['7 days', '7', '?days=7&compare=1'],
    ['30 days', '30', '?days=30&compare=1'],
  ])('compares %s with the time before, in the charts’ tables and in the figures', async (period, days, address) => {
    const buckets = { series: [{ ...none, at: 1_760_054_400 }, { ...some, at: 1_760_140_800 }] };
    const previous = [{ ...some, at: 1_759_881_600, quota: 500_000 }, { ...none, at: 1_759_968_000 }];
    const server = userGateway({ 'GET /api/overview': ({ params }: Call) => ({ ...overview, ...buckets, previous: params.get('compare') === 'true' ? previous : null }) });
    const { user, router } = renderApp('/panel');
    await user.click(await screen.findByRole('button', { name: period }));
    await user.click(await screen.findByRole('switch', { name: 'Compare with the period before' }));
    const cost = within(await screen.findByRole('region', { name: 'Cost' }));
    expect(await cost.findByText('$1.50 in all, +50% against the period before')).toBeVisible();
    if (period !== '24 hours') expect(router.state.location.search).toBe(address);
    expect(server.callsTo('GET /api/overview').at(-1)?.params.get('days')).toBe(days);
    await user.click(await cost.findByText('As a table'));
    const rows = within(await cost.findByRole('table')).getAllByRole('row');
    expect(rows.map((row) => within(row).queryAllByRole('cell').map((cell) => cell.textContent)).slice(1)).toEqual([['$0.00', '$1.00'], ['$1.50', '$0.00']]);
  });

  it('says what failed, and tries again', async () => {
    const server = userGateway({ 'GET /api/overview': () => refusal(503, 'the database is away') });
    const { user } = renderApp('/panel');
    expect(await screen.findByText('The database is away')).toBeVisible();
    expect(screen.getByText(/Request req-1/)).toBeVisible();
    server.script({ 'GET /api/overview': overview });
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('list', { name: 'Key figures' })).toBeVisible();
  });

  it('has a next step where nothing was called yet', async () => {
    userGateway({ 'GET /api/overview': { ...overview, series: [{ ...none, at: 1_760_000_400 }] } });
    renderApp('/panel');
    expect(await screen.findByText('No calls in this time')).toBeVisible();
    expect(screen.getByRole('link', { name: 'Try a model' })).toHaveAttribute('href', '/panel/playground');
  });
});

describe('the overview of an operator', () => {
  function operatorGateway(more: Record<string, unknown> = {}) {
    return new ScriptedGateway({ 'GET /api/user/self': testAdmin, 'GET /api/overview': operators, ...more });
  }

  it('shows the whole gateway: rates, who costs most, what is in trouble and where that is put right', async () => {
    const server = operatorGateway();
    renderApp('/panel');
    await screen.findByRole('list', { name: 'Key figures' });
    expect(server.callsTo('GET /api/overview')[0]?.params.get('scope')).toBe('all');
    expect(figure('Failed calls')).toHaveTextContent('25%');
    expect(figure('Tokens')).toHaveTextContent('25% of the input cached');
    expect(screen.getByRole('link', { name: '<script>alert(1)</script>' })).toHaveAttribute('href', '/panel/users/5');
    expect(screen.getByRole('link', { name: 'spare' })).toHaveAttribute('href', '/panel/channels/4');
    expect(screen.getByText('invalid api key')).toBeVisible();
    expect(screen.getByText(/have no price \(12\)/)).toHaveTextContent('m1, m2');
    expect(screen.getByRole('link', { name: 'Set prices' })).toHaveAttribute('href', '/panel/prices?view=unpriced');
    expect(await accessibilityFaults()).toEqual([]);
  });

  it('says in its tiles what was before', async () => {
    const before = [{ ...some, errors: some.requests, at: 1_759_881_600 }];
    operatorGateway({ 'GET /api/overview': { ...operators, previous: before } });
    renderApp('/panel?compare=1');
    await screen.findByRole('list', { name: 'Key figures' });
    expect(figure('Failed calls')).toHaveTextContent('50% in the period before');
    expect(figure('Tokens')).toHaveTextContent('0% against the period before');
  });

  it('says in its tiles that nothing was before', async () => {
    operatorGateway({ 'GET /api/overview': { ...operators, previous: [{ ...none, at: 1_759_881_600 }] } });
    renderApp('/panel?compare=1');
    await screen.findByRole('list', { name: 'Key figures' });
    expect(figure('Failed calls')).toHaveTextContent('none in the period before');
    expect(figure('Tokens')).toHaveTextContent('none in the period before');
  });

  it('shows root what is left of the set-up, until it is not wanted any more', async () => {
    const steps = { root_password: true, site: false, provider: false, token: true, demo: null };
    const server = operatorGateway({
      'GET /api/user/self': { ...testAccount, role: 100, capabilities: [...testAdmin.capabilities, 'setup', 'system', 'settings.read', 'settings.write'] },
      'GET /api/setup': { needed: true, version: '1.2.3', steps },
      'POST /api/setup/done': null,
    });
    const { user } = renderApp('/panel');
    const list = await screen.findByRole('region', { name: 'Set-up: 2 of 4 done' });
    expect(within(list).getByRole('link', { name: 'Name the gateway' })).toBeVisible();
    expect(within(list).queryByRole('link', { name: 'Make a token' })).toBeNull();
    server.script({ 'GET /api/setup': { needed: false, version: '1.2.3', steps } });
    await user.click(within(list).getByRole('button', { name: 'Do not show again' }));
    await waitFor(() => expect(screen.queryByRole('region', { name: /^Set-up/ })).toBeNull());
    expect(server.callsTo('POST /api/setup/done')).toHaveLength(1);
  });
});
