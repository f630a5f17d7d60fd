import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { LogDetail, LogRow } from '../../api/generated';
import { hostileNames, testAdmin } from '../../test/accounts';
import { accessibilityFaults } from '../../test/axe';
import { page, refusal, ScriptedGateway } from '../../test/gateway';
import { renderApp } from '../../test/renderApp';

const id = '20261126003518000000000a1b2c3d4e';

const call: LogRow = {
  id: 41,
  user_id: 5,
  created_at: 1_760_000_000,
  type: 2,
  content: '',
  username: 'bob',
  token_name: 'laptop',
  model_name: 'gpt-a',
  quota: 78,
  prompt_tokens: 1_003,
  completion_tokens: 7,
  channel_id: 3,
  request_time: 1_250,
  is_stream: true,
  source_ip: '203.0.113.7',
  metadata: { group_name: 'default', backup_group_name: '', is_backup_group: false, price_type: 'tokens', group_ratio: 1, input_ratio: 1, output_ratio: 4, first_response: 310, cached_tokens: 900 },
  channel: { id: 3, type: 1, name: 'main' },
  request_id: id,
  token_id: 5,
  input_tokens: 103,
  price_version: 7,
  status: 200,
  error: '',
  estimated: false,
  interrupted: false,
  recovered: false,
  unbilled: false,
  upstream_model: 'gpt-a-2026',
};

const detail: LogDetail = {
  row: call,
  operation: 'chat',
  client_dialect: 'claude',
  upstream_dialect: 'openai_chat',
  mode: 'convert',
  upstream_model: 'gpt-a-2026',
  attempts: [
    { channel_id: 2, channel_name: '', error: 'upstream_timeout', answered: false },
    { channel_id: 3, channel_name: 'main', error: '', answered: true },
  ],
  attempts_left_out: 2,
  bill: {
    per_call: false,
    price_version: 7,
    priced_model: 'gpt-*',
    lines: [
      { kind: 'input', count: 103, price: '0.075', amount: '7.725' },
      { kind: 'output', count: 7, price: '0.3', amount: '2.1' },
    ],
    sum: '9.825',
    group_ratio: '1.5',
    quota: 15,
  },
};

function everybodys(rows: LogRow[], next = 0) {
  return { ...page(rows), total_is_exact: false, next_before_id: next };
}

function lastParams(server: ScriptedGateway, route: string): Record<string, string> {
  return Object.fromEntries(server.callsTo(route).at(-1)?.params ?? []);
}

describe('requests', () => {
  it('says of a call that took no time that it did, and of other rows nothing', async () => {
    const grant: LogRow = { ...call, id: 11, type: 3, content: 'balance changed', model_name: '', request_id: '', request_time: 0, metadata: null };
    new ScriptedGateway({ 'GET /api/user/self': testAdmin, 'GET /api/log/': everybodys([{ ...call, request_time: 0 }, grant]) });
    renderApp('/panel/requests');
    const quick = (await screen.findByRole('link', { name: 'gpt-a' })).closest('tr')!;
    expect(within(quick).getByText('0 ms')).toBeVisible();
    expect(within(screen.getByText('balance changed').closest('tr')!).queryByText('0 ms')).toBeNull();
  });

  it('asks for what the address says: filters, time and where the page begins', async () => {
    const server = new ScriptedGateway({ 'GET /api/user/self': testAdmin, 'GET /api/log/': everybodys([call], 41) });
    const { user } = renderApp('/panel/requests?f.channel=is:3&f.status=is:error&f.latency=above:500&f.cost=above:0.01&from=1759990000&to=1760010000');
    expect(await screen.findByRole('link', { name: 'gpt-a' })).toBeVisible();
    expect(lastParams(server, 'GET /api/log/')).toEqual({
      channel_id: '3',
      status: 'error',
      min_latency: '500',
      min_quota: '5000',
      start_timestamp: '1759990000',
      end_timestamp: '1760010000',
      size: '50',
      count: 'false',
    });
    await user.click(screen.getByRole('button', { name: /older/i }));
    await waitFor(() => expect(lastParams(server, 'GET /api/log/')).toMatchObject({ before_id: '41', channel_id: '3' }));
  });

  it('shows users their own, by number, and nothing that is the operator’s', async () => {
    const rows = Array.from({ length: 10 }, (_, index) => ({ ...call, id: 0, request_id: `${id}${index}`, channel: null, upstream_model: undefined }));
    const server = new ScriptedGateway({ 'GET /api/log/self': { ...page(rows, 0), total_is_exact: false } });
    const { user } = renderApp('/panel/requests?size=10&f.channel=is:3');
    const table = await screen.findByRole('table', { name: 'Requests' });
    const heads = within(table).getAllByRole('columnheader').map((head) => head.textContent);
    expect(heads).not.toContain('Channel');
    expect(heads).not.toContain('User');
    expect(lastParams(server, 'GET /api/log/self')).not.toHaveProperty('channel_id');
    await user.click(screen.getByRole('button', { name: /older/i }));
    await waitFor(() => expect(lastParams(server, 'GET /api/log/self')).toMatchObject({ page: '2' }));
    expect(server.callsTo('GET /api/log/')).toEqual([]);
  });

  it('shows how a call went, and every factor of its charge', async () => {
    new ScriptedGateway({ 'GET /api/user/self': testAdmin, [`GET /api/log/${id}`]: detail });
    renderApp(`/panel/requests/${id}`);
    const bill = await screen.findByRole('table', { name: 'Charge' });
    const lines = within(bill).getAllByRole('row').map((row) => within(row).queryAllByRole('cell').map((cell) => cell.textContent));
    expect(lines.slice(1)).toEqual([
      ['Input', '103', '$0.15', '$0.00001545'],
      ['Output', '7', '$0.60', '$0.0000042'],
      ['Sum', '$0.00001965'],
      ['Ratio of the group', '× 1.5'],
      ['Exact amount', '$0.000029475'],
      ['Charged: rounded up once, to 15 quota', '$0.00003'],
    ]);
    const happened = within(screen.getByRole('region', { name: 'What happened' })).getAllByRole('listitem').map((item) => item.textContent);
    expect(happened).toHaveLength(6);
    expect(happened[1]).toContain('Attempt 1: channel 2, deleted sinceupstream_timeout');
    expect(happened[2]).toContain('2 more attempts');
    expect(happened[3]).toContain('Attempt 4: mainanswered');
    expect(happened[4]).toContain('after 310 ms');
    expect(screen.getByText('claude → openai_chat')).toBeVisible();
    expect(screen.getByText(/another amount than the factors make/)).toBeVisible();
    expect(await accessibilityFaults()).toEqual([]);
  });

  it('copies a call like it as a command or a program, in the client’s dialect and without a key', async () => {
    new ScriptedGateway({ 'GET /api/user/self': testAdmin, [`GET /api/log/${id}`]: detail });
    const { user } = renderApp(`/panel/requests/${id}`);
    const copied = async (form: string) => {
      await user.click(await screen.findByRole('button', { name: 'Copy as code' }));
      await user.click(screen.getByRole('menuitem', { name: form }));
      expect(await screen.findByText(`Copied: the call as ${form}`)).toBeVisible();
      return navigator.clipboard.readText();
    };
    const command = await copied('curl');
    expect(command).toContain("'http://console.test/v1/messages'");
    expect(command).toContain('"model": "gpt-a"');
    expect(command).toContain('$TOLLGATE_API_KEY');
    const python = await copied('Python');
    expect(python).toContain('from anthropic import Anthropic');
    expect(python).toContain('os.environ["TOLLGATE_API_KEY"]');
    expect(await copied('JavaScript')).toContain('process.env.TOLLGATE_API_KEY');
  });

  it('copies a model’s name and a program from a row', async () => {
    new ScriptedGateway({ 'GET /api/user/self': testAdmin, 'GET /api/log/': everybodys([call]) });
    const { user } = renderApp('/panel/requests');
    await user.click(await screen.findByRole('button', { name: 'Actions' }));
    await user.click(screen.getByRole('menuitem', { name: "Copy the model's name" }));
    expect(await navigator.clipboard.readText()).toBe('gpt-a');
    await user.click(screen.getByRole('button', { name: 'Actions' }));
    await user.click(screen.getByRole('menuitem', { name: 'Copy as Python' }));
    expect(await navigator.clipboard.readText()).toContain('from openai import OpenAI');
  });

  it('says so where the log holds no such call', async () => {
    new ScriptedGateway({ 'GET /api/log/nothing': () => refusal('the log has no such call') });
    renderApp('/panel/requests/nothing');
    expect(await screen.findByText('The log has no such call')).toBeVisible();
    expect(screen.getByText(/Request req-1/)).toBeVisible();
  });

  it('tells a search that found nothing yet from one that found nothing', async () => {
    const server = new ScriptedGateway({ 'GET /api/user/self': testAdmin, 'GET /api/log/': everybodys([], 900) });
    const { router } = renderApp('/panel/requests');
    expect(await screen.findByText('Nothing among the newest rows')).toBeVisible();
    server.script({ 'GET /api/log/': everybodys([]) });
    await router.navigate('/panel/requests?range=1h');
    expect(await screen.findByText('No requests in this time')).toBeVisible();
  });

  it('draws hostile names as text', async () => {
    const rows = hostileNames.map((name, index) => ({ ...call, id: index + 1, model_name: name, username: name, token_name: name, error: name, status: 502 }));
    new ScriptedGateway({ 'GET /api/user/self': testAdmin, 'GET /api/log/': everybodys(rows) });
    const { container } = renderApp('/panel/requests');
    await screen.findByRole('table', { name: 'Requests' });
    const titles = [...container.querySelectorAll('td [title]')].map((element) => [element.getAttribute('title'), element.textContent]);
    for (const name of hostileNames) expect(titles).toContainEqual([name, name]);
    expect(container.querySelector('script')).toBeNull();
  });
});
