import { type ApiCall, chatCall, codeForms, keyVariable, shellWord } from '../../components/code/callCode';

export interface Connection {
  /** Without a slash at the end. */
  server: string;
  key: string;
  model: string;
  prompt: string;
}

export interface Snippet {
  /** A language, a file, or the name of a field. */
  title: string;
  code: string;
}

export const clientIds = ['curl', 'openai-python', 'openai-javascript', 'anthropic-python', 'anthropic-javascript', 'claude-code', 'codex', 'cursor'] as const;
export type ClientId = (typeof clientIds)[number];

/** Products are called the same in every language. */
export const clientNames: Record<ClientId, string> = {
  curl: 'curl',
  'openai-python': 'OpenAI · Python',
  'openai-javascript': 'OpenAI · JavaScript',
  'anthropic-python': 'Anthropic · Python',
  'anthropic-javascript': 'Anthropic · JavaScript',
  'claude-code': 'Claude Code',
  codex: 'Codex',
  cursor: 'Cursor',
};

export const snippetsOf: Record<ClientId, (connection: Connection) => Snippet[]> = {
  curl: (to) => [{ title: 'shell', code: codeForms.curl.write(to, chatOf(to)) }],
  'openai-python': (to) => [
    { title: 'shell', code: 'pip install openai' },
    { title: 'python', code: codeForms.python.write(to, chatOf(to)) },
  ],
  'openai-javascript': (to) => [
    { title: 'shell', code: 'npm install openai' },
    { title: 'javascript', code: codeForms.javascript.write(to, chatOf(to)) },
  ],
  'anthropic-python': (to) => [
    { title: 'shell', code: 'pip install anthropic' },
    { title: 'python', code: codeForms.python.write(to, messagesOf(to)) },
  ],
  'anthropic-javascript': (to) => [
    { title: 'shell', code: 'npm install @anthropic-ai/sdk' },
    { title: 'javascript', code: codeForms.javascript.write(to, messagesOf(to)) },
  ],
  'claude-code': (to) => [
    { title: 'shell', code: claudeCodeShell(to) },
    { title: '~/.claude/settings.json', code: JSON.stringify({ env: claudeCodeEnvironment(to) }, null, 2) },
  ],
  codex: (to) => [
    { title: '~/.codex/config.toml', code: codexConfig(to) },
    { title: 'shell', code: `export ${keyVariable}=${shellWord(to.key)}\ncodex` },
  ],
  cursor: ({ server, key, model }) => [
    { title: 'OpenAI API Key', code: key },
    { title: 'Override OpenAI Base URL', code: `${server}/v1` },
    { title: 'Add model', code: model },
  ],
};

function chatOf({ model, prompt }: Connection): ApiCall {
  return chatCall({ model, messages: [{ role: 'user', content: prompt }] });
}

function messagesOf({ model, prompt }: Connection): ApiCall {
  return { kind: 'messages', body: { model, max_tokens: 1024, messages: [{ role: 'user', content: prompt }] } };
}

/** Both models, as Claude Code asks a smaller one for small work. */
function claudeCodeEnvironment({ server, key, model }: Connection) {
  return { ANTHROPIC_BASE_URL: server, ANTHROPIC_AUTH_TOKEN: key, ANTHROPIC_MODEL: model, ANTHROPIC_DEFAULT_HAIKU_MODEL: model };
}

function claudeCodeShell(to: Connection): string {
  const lines = Object.entries(claudeCodeEnvironment(to)).map(([name, value]) => `export ${name}=${shellWord(value)}`);
  return [...lines, 'claude'].join('\n');
}

function codexConfig({ server, model }: Connection): string {
  return [
    `model = ${JSON.stringify(model)}`,
    'model_provider = "tollgate"',
    '',
    '[model_providers.tollgate]',
    'name = "Tollgate"',
    `base_url = ${JSON.stringify(`${server}/v1`)}`,
    `env_key = "${keyVariable}"`,
    'wire_api = "chat"',
  ].join('\n');
}
