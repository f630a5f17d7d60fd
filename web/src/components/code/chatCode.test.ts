import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { chatAsCurl, chatAsJavaScript, chatAsPython, shellWord } from './chatCode';

const hostile = `it's "quoted" \\ $HOME \`id\` <script>\nسطر 🙂`;
const body = { model: 'm', stream: true, messages: [{ role: 'user' as const, content: hostile }] };

it('quotes any text as one word of the shell', () => {
  expect(execFileSync('sh', ['-c', `printf %s ${shellWord(hostile)}`], { encoding: 'utf8' })).toBe(hostile);
});

it('writes a curl command whose body is the request', () => {
  const command = chatAsCurl({ server: 'https://gateway.test' }, body);
  const seen = execFileSync('sh', ['-c', `curl() { for word; do printf '%s\\0' "$word"; done; }\n${command}`], { encoding: 'utf8', env: { TOLLGATE_API_KEY: 'sk-1' } }).split('\0');
  expect(seen).toContain('https://gateway.test/v1/chat/completions');
  expect(seen).toContain('Authorization: Bearer sk-1');
  expect(JSON.parse(seen[seen.indexOf('-d') + 1] ?? '')).toEqual(body);
});

it('leaves the key to the environment unless it is given', () => {
  expect(chatAsPython({ server: 'https://g.test' }, body)).toContain('os.environ["TOLLGATE_API_KEY"]');
  expect(chatAsJavaScript({ server: 'https://g.test' }, body)).toContain('process.env.TOLLGATE_API_KEY');
  expect(chatAsPython({ server: 'https://g.test', key: 'sk-1' }, body)).toContain('api_key="sk-1"');
});

it('writes values as Python has them', () => {
  const code = chatAsPython({ server: 'https://g.test' }, { ...body, stop: ['a', 'b'], seed: 1 });
  expect(code).toContain('    stream=True,\n');
  expect(code).toContain('    stop=[\n        "a",\n        "b",\n    ],\n');
  expect(code).toContain('    seed=1,\n');
});
