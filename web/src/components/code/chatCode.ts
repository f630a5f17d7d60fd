import type { PlaygroundRequest } from '../../api/generated';

/** Where the gateway is, and what stands for the key. */
export interface CodeTarget {
  /** Without a slash at the end. */
  server: string;
  /** The key itself; absent: it is taken from the environment variable. */
  key?: string;
}

export const keyVariable = 'TOLLGATE_API_KEY';

type ChatBody = Omit<PlaygroundRequest, 'group'>;

/** A text as one word of a POSIX shell. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

export function chatAsCurl({ server, key }: CodeTarget, body: ChatBody): string {
  const bearer = key === undefined ? `"Authorization: Bearer $${keyVariable}"` : shellWord(`Authorization: Bearer ${key}`);
  const stream = body.stream ? ' --no-buffer' : '';
  return [
    `curl${stream} ${shellWord(`${server}/v1/chat/completions`)} \\`,
    `  -H ${bearer} \\`,
    "  -H 'Content-Type: application/json' \\",
    `  -d ${shellWord(JSON.stringify(body, null, 2))}`,
  ].join('\n');
}

export function chatAsPython({ server, key }: CodeTarget, body: ChatBody): string {
  const members = Object.entries(body).map(([name, value]) => `    ${name}=${pythonLiteral(value, 1)},`);
  return [
    ...(key === undefined ? ['import os', ''] : []),
    'from openai import OpenAI',
    '',
    'client = OpenAI(',
    `    base_url=${JSON.stringify(`${server}/v1`)},`,
    `    api_key=${key === undefined ? `os.environ["${keyVariable}"]` : JSON.stringify(key)},`,
    ')',
    '',
    `${body.stream ? 'stream' : 'answer'} = client.chat.completions.create(`,
    ...members,
    ')',
    ...(body.stream
      ? ['for chunk in stream:', '    if chunk.choices:', '        print(chunk.choices[0].delta.content or "", end="", flush=True)']
      : ['print(answer.choices[0].message.content)']),
  ].join('\n');
}

export function chatAsJavaScript({ server, key }: CodeTarget, body: ChatBody): string {
  return [
    "import OpenAI from 'openai';",
    '',
    'const client = new OpenAI({',
    `  baseURL: ${JSON.stringify(`${server}/v1`)},`,
    `  apiKey: ${key === undefined ? `process.env.${keyVariable}` : JSON.stringify(key)},`,
    '});',
    '',
    `const ${body.stream ? 'stream' : 'answer'} = await client.chat.completions.create(${JSON.stringify(body, null, 2)});`,
    ...(body.stream
      ? ['for await (const chunk of stream) {', "  process.stdout.write(chunk.choices[0]?.delta?.content ?? '');", '}']
      : ['console.log(answer.choices[0].message.content);']),
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
