// A fresh database, no provider's key, no network: the demo provider answers both SDKs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { startGateway } from './lib/gateway.mjs';

let gateway;
let openai;
let anthropic;

before(async () => {
  gateway = await startGateway();
  openai = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: gateway.rootKey, maxRetries: 0 });
  anthropic = new Anthropic({ baseURL: gateway.url, apiKey: gateway.rootKey, maxRetries: 0 });
});
after(() => gateway?.stop());

const messages = [{ role: 'user', content: 'Hello' }];

test("the first call works with OpenAI's SDK, plain and streamed", async () => {
  const plain = await openai.chat.completions.create({ model: 'demo-fast', messages });
  assert.ok(plain.choices[0].message.content.length > 0);
  const final = await openai.chat.completions.stream({ model: 'demo-fast', messages }).finalChatCompletion();
  assert.equal(final.choices[0].message.content, plain.choices[0].message.content);
});

test("the first call works with Anthropic's SDK, plain and streamed", async () => {
  const plain = await anthropic.messages.create({ model: 'demo-fast', max_tokens: 200, messages });
  const final = await anthropic.messages.stream({ model: 'demo-fast', max_tokens: 200, messages }).finalMessage();
  assert.ok(plain.content[0].text.length > 0);
  assert.equal(final.content[0].text, plain.content[0].text);
});

test('the demo calls a tool and goes on from its result', async () => {
  const tools = [
    { type: 'function', function: { name: 'add', parameters: { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] } } },
  ];
  const { choices } = await openai.chat.completions.create({ model: 'demo-fast', messages, tools });
  const [call] = choices[0].message.tool_calls;
  assert.equal(call.function.name, 'add');
  assert.equal(typeof JSON.parse(call.function.arguments).a, 'number');
  const next = [...messages, choices[0].message, { role: 'tool', tool_call_id: call.id, content: '42' }];
  const answer = await openai.chat.completions.create({ model: 'demo-fast', messages: next, tools });
  assert.match(answer.choices[0].message.content, /42/);
});

test('embeddings and moderations', async () => {
  const { data } = await openai.embeddings.create({ model: 'demo-embedding', input: ['a', 'b'] });
  assert.equal(data.length, 2);
  assert.ok(data[0].embedding.length > 1 && data[0].embedding.every(Number.isFinite));
  const { results } = await openai.moderations.create({ model: 'demo-moderation', input: 'hello' });
  assert.equal(results[0].flagged, false);
});

test('the models that fail raise what their names say', async () => {
  const create = (model) => openai.chat.completions.create({ model, messages });
  await assert.rejects(create('demo-429'), OpenAI.RateLimitError);
  await assert.rejects(create('demo-500'), OpenAI.InternalServerError);
  await assert.rejects(anthropic.messages.create({ model: 'demo-429', max_tokens: 10, messages }), Anthropic.RateLimitError);
  for (const model of ['demo-broken-stream', 'demo-stream-error']) {
    await assert.rejects(async () => {
      for await (const _ of await openai.chat.completions.create({ model, messages, stream: true }));
    }, OpenAI.APIError);
    await assert.rejects(anthropic.messages.stream({ model, max_tokens: 100, messages }).finalMessage());
  }
});
