import type { PlaygroundRequest } from '../../api/generated';

/** Where the gateway is, and what stands for the key. */
export interface CodeTarget {
  /** Without a slash at the end. */
  server: string;
  /** The key itself; absent: it is taken from the environment variable. */
  key?: string;
}

/** One call, which is written as a command or as a program with its makers' own package. */
export interface ApiCall {
  kind: keyof typeof kinds;
  body: Readonly<Record<string, unknown>>;
}

export const codeForms = { curl: { name: 'curl', write: asCurl }, python: { name: 'Python', write: asPython }, javascript: { name: 'JavaScript', write: asJavaScript } } as const;
export type CodeForm = keyof typeof codeForms;
export const codeFormIds: readonly CodeForm[] = ['curl', 'python', 'javascript'];

export const keyVariable = 'TOLLGATE_API_KEY';

export function chatCall(body: Omit<PlaygroundRequest, 'group'>): ApiCall {
  return { kind: 'chat', body: { ...body } };
}

/** A text as one word of a POSIX shell. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

interface Sdk {
  client: string;
  pythonModule: string;
  javaScriptPackage: string;
  /** What its base address has behind the gateway's. */
  basePath: string;
}

const openAi: Sdk = { client: 'OpenAI', pythonModule: 'openai', javaScriptPackage: 'openai', basePath: '/v1' };
const anthropic: Sdk = { client: 'Anthropic', pythonModule: 'anthropic', javaScriptPackage: '@anthropic-ai/sdk', basePath: '' };

interface CallKind {
  path: string;
  sdk: Sdk;
  method: string;
  /** Where JavaScript's name differs from Python's. */
  javaScriptMethod?: string;
  /** What to print of the answer, as both languages write it. */
  result: string;
  /** What to print of each piece of a stream, and when it has any. */
  piece?: { python: [condition: string, text: string]; javaScript: string };
}

const kinds = {
  chat: {
    path: '/v1/chat/completions',
    sdk: openAi,
    method: 'chat.completions.create',
    result: 'answer.choices[0].message.content',
    piece: { python: ['chunk.choices', 'chunk.choices[0].delta.content or ""'], javaScript: 'chunk.choices[0]?.delta?.content' },
  },
  completions: {
    path: '/v1/completions',
    sdk: openAi,
    method: 'completions.create',
    result: 'answer.choices[0].text',
    piece: { python: ['chunk.choices', 'chunk.choices[0].text'], javaScript: 'chunk.choices[0]?.text' },
  },
  embeddings: { path: '/v1/embeddings', sdk: openAi, method: 'embeddings.create', result: 'answer.data[0].embedding' },
  moderations: { path: '/v1/moderations', sdk: openAi, method: 'moderations.create', result: 'answer.results[0]' },
  messages: {
    path: '/v1/messages',
    sdk: anthropic,
    method: 'messages.create',
    result: 'answer.content[0].text',
    piece: { python: ['chunk.type == "content_block_delta" and chunk.delta.type == "text_delta"', 'chunk.delta.text'], javaScript: 'chunk.delta?.text' },
  },
  countTokens: { path: '/v1/messages/count_tokens', sdk: anthropic, method: 'messages.count_tokens', javaScriptMethod: 'messages.countTokens', result: 'answer.input_tokens' },
} satisfies Record<string, CallKind>;

function kindOf({ kind }: ApiCall): CallKind {
  return kinds[kind];
}

function asCurl({ server, key }: CodeTarget, call: ApiCall): string {
  const { path, sdk } = kindOf(call);
  const shown = key ?? `$${keyVariable}`;
  const keyHeader = sdk === anthropic ? `x-api-key: ${shown}` : `Authorization: Bearer ${shown}`;
  const headers = [key === undefined ? `"${keyHeader}"` : shellWord(keyHeader), ...(sdk === anthropic ? ["'anthropic-version: 2023-06-01'"] : []), "'Content-Type: application/json'"];
  return [
    `curl${call.body.stream ? ' --no-buffer' : ''} ${shellWord(server + path)}`,
    ...headers.map((header) => `  -H ${header}`),
    `  -d ${shellWord(JSON.stringify(call.body, null, 2))}`,
  ].join(' \\\n');
}

function asPython({ server, key }: CodeTarget, call: ApiCall): string {
  const { sdk, method, result, piece } = kindOf(call);
  const members = Object.entries(call.body).map(([name, value]) => `    ${name}=${pythonLiteral(value, 1)},`);
  const streamed = call.body.stream ? piece?.python : undefined;
  return [
    ...(key === undefined ? ['import os', ''] : []),
    `from ${sdk.pythonModule} import ${sdk.client}`,
    '',
    `client = ${sdk.client}(`,
    `    base_url=${JSON.stringify(server + sdk.basePath)},`,
    `    api_key=${key === undefined ? `os.environ["${keyVariable}"]` : JSON.stringify(key)},`,
    ')',
    '',
    `${streamed ? 'stream' : 'answer'} = client.${method}(`,
    ...members,
    ')',
    ...(streamed ? ['for chunk in stream:', `    if ${streamed[0]}:`, `        print(${streamed[1]}, end="", flush=True)`] : [`print(${result})`]),
  ].join('\n');
}

function asJavaScript({ server, key }: CodeTarget, call: ApiCall): string {
  const { sdk, method, javaScriptMethod = method, result, piece } = kindOf(call);
  const streamed = call.body.stream ? piece?.javaScript : undefined;
  return [
    `import ${sdk.client} from '${sdk.javaScriptPackage}';`,
    '',
    `const client = new ${sdk.client}({`,
    `  baseURL: ${JSON.stringify(server + sdk.basePath)},`,
    `  apiKey: ${key === undefined ? `process.env.${keyVariable}` : JSON.stringify(key)},`,
    '});',
    '',
    `const ${streamed ? 'stream' : 'answer'} = await client.${javaScriptMethod}(${JSON.stringify(call.body, null, 2)});`,
    ...(streamed ? ['for await (const chunk of stream) {', `  process.stdout.write(${streamed} ?? '');`, '}'] : [`console.log(${result});`]),
  ].join('\n');
}

/** JSON's values as Python writes them. */
function pythonLiteral(value: unknown, depth: number): string {
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (value === null || value === undefined) return 'None';
  if (typeof value !== 'object') return JSON.stringify(value);
  const [open, close, members] = Array.isArray(value)
    ? (['[', ']', value.map((each) => pythonLiteral(each, depth + 1))] as const)
    : (['{', '}', Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${pythonLiteral(each, depth + 1)}`)] as const);
  if (members.length === 0) return open + close;
  const indent = '    '.repeat(depth);
  return `${open}\n${members.map((member) => `${indent}    ${member},\n`).join('')}${indent}${close}`;
}
