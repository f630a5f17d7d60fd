import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Token } from '../../api/generated';
import { accessibilityFaults } from '../../test/axe';
import { page, ScriptedGateway } from '../../test/gateway';
import { renderElement } from '../../test/renderApp';
import ConnectPage from '.';
import { modelsOf } from './tokens';
import { callableModels } from '../../components/models/useModels';
import { type ClientId, clientIds, snippetsOf } from './clients';

const price = { model: 'm', type: 'tokens' as const, channel_type: 1, input: 1, output: 2, locked: false };
const available = {
  'gpt-a': { groups: ['default'], owned_by: 'OpenAI', price },
  'gpt-b': { groups: ['default', 'vip'], owned_by: 'OpenAI', price },
};

const token: Token = {
  id: 5,
  user_id: 7,
  key: 'abcdefghijklmnop',
  key_withheld: false,
  key_hint: 'mnop',
  status: 1,
  name: 'laptop',
  created_time: 1,
  accessed_time: 1,
  expired_time: -1,
  remain_quota: 0,
  unlimited_quota: true,
  used_quota: 0,
  request_count: 0,
  group: '',
  backup_group: '',
  setting: {},
  version: 1,
};

function gateway(tokens: Token[], more: Record<string, unknown> = {}) {
  return new ScriptedGateway({
    'GET /api/available_model': available,
    'GET /api/model_info/': [],
    'GET /api/token/': () => page(tokens),
    ...Object.fromEntries(tokens.map((each) => [`GET /api/token/${each.id}`, each])),
    ...more,
  });
}

describe('connect', () => {
  it('hides the key on the screen until it is wanted, and takes token, model and client from the address', async () => {
    gateway([token]);
    const { user, container } = renderElement(<ConnectPage />, '/?token=5&model=gpt-b&client=claude-code');
    await waitFor(() => expect(container).toHaveTextContent("export ANTHROPIC_BASE_URL='http://console.test'"));
    expect(container).toHaveTextContent("export ANTHROPIC_MODEL='gpt-b'");
    expect(container).not.toHaveTextContent('abcdefghijklmnop');
    expect(await accessibilityFaults()).toEqual([]);
    await user.click(screen.getByRole('switch', { name: 'Show the key' }));
    expect(container).toHaveTextContent("export ANTHROPIC_AUTH_TOKEN='sk-abcdefghijklmnop'");
  });

  it('puts a placeholder where the gateway does not show keys again', async () => {
    gateway([{ ...token, key: '' }]);
    const { container } = renderElement(<ConnectPage />, '/');
    expect(await screen.findByText(/shows a key only once/)).toBeVisible();
    expect(container).toHaveTextContent('Authorization: Bearer YOUR_KEY');
    expect(screen.queryByRole('switch', { name: 'Show the key' })).toBeNull();
  });

  it("tests with the token's group and the chosen model, and shows why it failed", async () => {
    const server = gateway([{ ...token, group: 'vip' }], {
      'POST /pg/chat/completions': () => Response.json({ error: { message: 'no channel for gpt-b', type: 'x' } }, { status: 400, headers: { 'X-Request-Id': 'req-3' } }),
    });
    const { user } = renderElement(<ConnectPage />, '/');
    await user.click(await screen.findByRole('button', { name: 'Test the connection' }));
    expect(await screen.findByText('No channel for gpt-b')).toBeVisible();
    expect(server.callsTo('POST /pg/chat/completions')[0]?.body).toMatchObject({ model: 'gpt-b', group: 'vip', stream: true });
  });

  it('leads to a first token where there is none', async () => {
    gateway([]);
    renderElement(<ConnectPage />, '/');
    expect(await screen.findByRole('link', { name: 'Make a token' })).toHaveAttribute('href', '/panel/tokens/new');
  });
});

it("offers the models of the token's group, within its limits", () => {
  const models = callableModels(available, []);
  const names = (changed: Partial<Token>) => modelsOf({ ...token, ...changed }, 'default', models).map(({ name }) => name);
  expect(names({})).toEqual(['gpt-a', 'gpt-b']);
  expect(names({ group: 'vip' })).toEqual(['gpt-b']);
  expect(names({ setting: { limits: { limit_model_setting: { enabled: true, models: ['gpt-a'] } } } })).toEqual(['gpt-a']);
  expect(names({ setting: { limits: { limit_model_setting: { enabled: true } } } })).toEqual([]);
});

/** Each client makes its own path below the address: some want `/v1` in it, the others add that themselves. */
const lines: Record<ClientId, readonly string[]> = {
  curl: ["curl 'https://g.test/v1/chat/completions' \\", "  -H 'Authorization: Bearer sk-1' \\", '  "model": "gpt-a",'],
  'openai-python': ['pip install openai', '    base_url="https://g.test/v1",', '    api_key="sk-1",', '    model="gpt-a",'],
  'openai-javascript': ['npm install openai', '  baseURL: "https://g.test/v1",', '  apiKey: "sk-1",', '  "model": "gpt-a",'],
  'anthropic-python': ['pip install anthropic', '    base_url="https://g.test",', '    api_key="sk-1",', '    model="gpt-a",', '    max_tokens=1024,'],
  'anthropic-javascript': ['npm install @anthropic-ai/sdk', '  baseURL: "https://g.test",', '  apiKey: "sk-1",', '  "model": "gpt-a",', '  "max_tokens": 1024,'],
  'claude-code': ["export ANTHROPIC_BASE_URL='https://g.test'", "export ANTHROPIC_AUTH_TOKEN='sk-1'", "export ANTHROPIC_MODEL='gpt-a'", "export ANTHROPIC_DEFAULT_HAIKU_MODEL='gpt-a'", '    "ANTHROPIC_BASE_URL": "https://g.test",'],
  codex: ['model = "gpt-a"', 'base_url = "https://g.test/v1"', 'env_key = "TOLLGATE_API_KEY"', 'wire_api = "chat"', "export TOLLGATE_API_KEY='sk-1'"],
  cursor: ['sk-1', 'https://g.test/v1', 'gpt-a'],
};

it.each(clientIds)('%s is told address, key and model as it wants them', (client) => {
  const text = snippetsOf[client]({ server: 'https://g.test', key: 'sk-1', model: 'gpt-a', prompt: 'Hi' }).map(({ code }) => code);
  const told = text.join('\n').split('\n');
  for (const line of lines[client]) expect(told).toContain(line);
});

it('writes names as the language of each snippet quotes them', () => {
  const odd = { server: 'https://g.test', key: "sk-'1", model: 'a"b\\c', prompt: "It's" };
  const code = (client: ClientId) => snippetsOf[client](odd).map((snippet) => snippet.code).join('\n');
  expect(code('claude-code')).toContain(`export ANTHROPIC_AUTH_TOKEN='sk-'\\''1'`);
  expect(code('codex')).toContain(String.raw`model = "a\"b\\c"`);
  expect(code('anthropic-python')).toContain(String.raw`model="a\"b\\c"`);
});

it('says of Codex that its newer versions cannot be served', async () => {
  gateway([token]);
  renderElement(<ConnectPage />, '/?client=codex');
  expect(await screen.findByText(/Newer versions of Codex cannot be used/)).toBeVisible();
});
