import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { type ApiCall, chatCall, codeFormIds, codeForms, shellWord } from './callCode';

const hostile = `it's "quoted" \\ $HOME \`id\` <script>\nسطر 🙂`;
const body = { model: 'm', stream: true, messages: [{ role: 'user' as const, content: hostile }] };
const messages: ApiCall = { kind: 'messages', body: { model: 'm', max_tokens: 1024, messages: [{ role: 'user', content: 'Hello' }] } };
const { curl, python, javascript } = codeForms;
const target = { server: 'https://g.test' };

function words(command: string): string[] {
  return execFileSync('sh', ['-c', `curl() { for word; do printf '%s\\0' "$word"; done; }\n${command}`], { encoding: 'utf8', env: { TOLLGATE_API_KEY: 'sk-1' } }).split('\0');
}

it('quotes any text as one word of the shell', () => {
  expect(execFileSync('sh', ['-c', `printf %s ${shellWord(hostile)}`], { encoding: 'utf8' })).toBe(hostile);
});

describe('curl', () => {
  it('has the request as its body', () => {
    const seen = words(curl.write(target, chatCall(body)));
    expect(seen).toContain('https://g.test/v1/chat/completions');
    expect(seen).toContain('--no-buffer');
    expect(seen).toContain('Authorization: Bearer sk-1');
    expect(JSON.parse(seen[seen.indexOf('-d') + 1] ?? '')).toEqual(body);
  });

  it('speaks to Anthropic’s interface with its headers', () => {
    const seen = words(curl.write(target, messages));
    expect(seen).toEqual(expect.arrayContaining(['https://g.test/v1/messages', 'x-api-key: sk-1', 'anthropic-version: 2023-06-01']));
    expect(seen).not.toContain('Authorization: Bearer sk-1');
    expect(seen).not.toContain('--no-buffer');
  });
});

describe('programs', () => {
  it('leave the key to the environment unless it is given', () => {
    expect(python.write(target, chatCall(body))).toContain('os.environ["TOLLGATE_API_KEY"]');
    expect(javascript.write(target, chatCall(body))).toContain('process.env.TOLLGATE_API_KEY');
    expect(python.write({ ...target, key: 'sk-1' }, chatCall(body))).toContain('api_key="sk-1"');
    expect(javascript.write({ ...target, key: 'sk-1' }, chatCall(body))).toContain('apiKey: "sk-1"');
  });

  it('have values as Python writes them', () => {
    const code = python.write(target, chatCall({ ...body, stop: ['a', 'b'], seed: 1 }));
    expect(code).toContain('    stream=True,\n');
    expect(code).toContain('    stop=[\n        "a",\n        "b",\n    ],\n');
    expect(code).toContain('    seed=1,\n');
  });

  it('use Anthropic’s packages for its interface', () => {
    expect(python.write(target, messages)).toContain('from anthropic import Anthropic\n\nclient = Anthropic(\n    base_url="https://g.test",');
    expect(javascript.write(target, messages)).toContain("import Anthropic from '@anthropic-ai/sdk';");
    expect(javascript.write(target, { ...messages, kind: 'countTokens' })).toContain('client.messages.countTokens(');
    expect(python.write(target, { ...messages, kind: 'countTokens' })).toContain('client.messages.count_tokens(');
  });

  it.each(['chat', 'completions', 'embeddings', 'moderations', 'messages', 'countTokens'] as const)('are programs their languages read: %s', (kind) => {
    for (const stream of [true, false]) {
      const call: ApiCall = { kind, body: { model: hostile, stream } };
      const [, pythonCode = '', javaScriptCode = ''] = codeFormIds.map((form) => codeForms[form].write(target, call));
      execFileSync('python3', ['-c', 'import ast, sys; ast.parse(sys.stdin.read())'], { input: pythonCode });
      execFileSync(process.execPath, ['--check', '--input-type=module', '-'], { input: javaScriptCode });
    }
  });
});
