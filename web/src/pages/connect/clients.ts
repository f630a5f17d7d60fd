import { chatAsCurl, chatAsJavaScript, chatAsPython, keyVariable, shellWord } from '../../components/code/chatCode';

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
  curl: (to) => [{ title: 'shell', code: chatAsCurl(to, chatOf(to)) }],
  'openai-python': (to) => [
    { title: 'shell', code: 'pip install openai' },
    { title: 'python', code: chatAsPython(to, chatOf(to)) },
  ],
  'openai-javascript': (to) => [
    { title: 'shell', code: 'npm install openai' },
    { title: 'javascript', code: chatAsJavaScript(to, chatOf(to)) },
  ],
  'anthropic-python': (to) => [
    { title: 'shell', code: 'pip install anthropic' },
    { title: 'python', code: anthropicPython(to) },
  ],
  'anthropic-javascript': (to) => [
    { title: 'shell', code: 'npm install @anthropic-ai/sdk' },
    { title: 'javascript', code: anthropicJavaScript(to) },
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

function chatOf({ model, prompt }: Connection) {
  return { model, messages: [{ role: 'user' as const, content: prompt }] };
}

function anthropicPython({ server, key, model, prompt }: Connection): string {
  return [
    'from anthropic import Anthropic',
    '',
    'client = Anthropic(',
    `    base_url=${JSON.stringify(server)},`,
    `    api_key=${JSON.stringify(key)},`,
    ')',
    '',
    'answer = client.messages.create(',
    `    model=${JSON.stringify(model)},`,
    '    max_tokens=1024,',
    `    messages=[{"role": "user", "content": ${JSON.stringify(prompt)}}],`,
    ')',
    'print(answer.content[0].text)',
  ].join('\n');
}

function anthropicJavaScript({ server, key, model, prompt }: Connection): string {
  return [
    "import Anthropic from '@anthropic-ai/sdk';",
    '',
    'const client = new Anthropic({',
    `  baseURL: ${JSON.stringify(server)},`,
    `  apiKey: ${JSON.stringify(key)},`,
    '});',
    '',
    'const answer = await client.messages.create({',
    `  model: ${JSON.stringify(model)},`,
    '  max_tokens: 1024,',
    `  messages: [{ role: 'user', content: ${JSON.stringify(prompt)} }],`,
    '});',
    'console.log(answer.content[0].text);',
  ].join('\n');
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
