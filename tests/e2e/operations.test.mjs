// Starting, stopping and reloading the real binary, as its operator does.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import OpenAI from 'openai';
import { Admin } from './lib/admin.mjs';
import { startGateway } from './lib/gateway.mjs';
import { startStack } from './lib/stack.mjs';

const run = promisify(execFile);

async function until(holds, what) {
  for (const end = Date.now() + 10_000; Date.now() < end; await sleep(20)) if (await holds()) return;
  assert.fail(`never: ${what}`);
}

describe('a first start', () => {
  let gateway;
  after(() => gateway?.stop());

  test('prints a password that signs in, and a command that works as it is', async () => {
    gateway = await startGateway({ env: { INITIAL_ROOT_PASSWORD: '', INITIAL_ROOT_TOKEN: '' } });
    await until(() => gateway.said().includes('curl -N') && gateway.said().endsWith('\n\n'), 'the greeting');
    const [, password] = gateway.said().match(/shown this once:\n\n\s+(\S+)\n/);
    const admin = await Admin.signIn(gateway.url, 'root', password);
    assert.equal((await admin.self()).role, 100);

    const command = gateway.said().match(/ (curl -N [^]*?')\n\n/)[1];
    const { stdout } = await run('sh', ['-c', command]);
    const events = stdout.trim().split('\n\n');
    assert.ok(events.length > 3, stdout);
    assert.equal(events.at(-1), 'data: [DONE]');
    assert.equal(JSON.parse(events[0].slice('data: '.length)).object, 'chat.completion.chunk');
  });

  test('is not repeated: the second one prints no secret', async () => {
    await gateway.stop({ keep: true });
    gateway = await startGateway({ folder: gateway.folder });
    assert.doesNotMatch(gateway.said(), /password|curl|sk-/);
  });

  test('another process on the same data is refused, and says why', async () => {
    await assert.rejects(startGateway({ folder: gateway.folder }), /ended with code [1-9][^]*data/i);
    assert.equal((await fetch(`${gateway.url}/healthz`)).status, 200);
  });

  test('a taken port is refused, and named', async () => {
    const { port } = new URL(gateway.url);
    await assert.rejects(startGateway({ settings: { port } }), new RegExp(`ended with code [1-9][^]*${port}`));
  });
});

describe('a running gateway', () => {
  let stack;
  after(() => stack?.provider.close());

  const config = (text) => writeFileSync(join(stack.gateway.folder, 'config.yaml'), text);

  test('reads its settings again on SIGHUP, and keeps those in force if they are wrong', async () => {
    stack = await startStack();
    const name = async () => (await stack.admin.do('GET', '/api/status')).system_name;
    config('site:\n  name: Renamed\n');
    process.kill(stack.gateway.pid, 'SIGHUP');
    await until(async () => (await name()) === 'Renamed', 'the new name');
    config('site:\n  nmae: Wrong\n');
    process.kill(stack.gateway.pid, 'SIGHUP');
    await until(() => stack.gateway.log().includes('site.nmae'), 'a word about the wrong key');
    assert.equal(await name(), 'Renamed');
    config('');
  });

  test('is ready, and says so', async () => {
    const answer = await fetch(`${stack.url}/readyz`);
    assert.equal(answer.status, 200);
    assert.deepEqual(await answer.json(), { status: 'ready' });
    const metrics = await (await fetch(`${stack.url}/metrics`)).text();
    assert.match(metrics, /^# TYPE \w+ counter$/m);
  });

  test('lets a stream finish when it is told to stop, and charges it', async () => {
    const text = 'word '.repeat(40).trim();
    stack.provider.reply({ text, paceMs: 15, usage: { input: 10, output: 40 } });
    const client = new OpenAI({ baseURL: `${stack.url}/v1`, apiKey: stack.token.key, maxRetries: 0 });
    const stream = await client.chat.completions.create({ model: 'gpt-e2e', messages: [{ role: 'user', content: 'Hello' }], stream: true });
    let heard = '';
    let stopped;
    for await (const chunk of stream) {
      heard += chunk.choices[0]?.delta.content ?? '';
      stopped ??= stack.gateway.stop({ keep: true });
    }
    assert.equal(heard, text);
    await stopped;

    const again = await startGateway({ folder: stack.gateway.folder });
    const row = (await (await Admin.signIn(again.url)).log())[0];
    assert.equal(row.completion_tokens, 40);
    assert.equal(row.quota, 10 * 1 + 40 * 3);
    await again.stop();
  });
});
