// Mixed traffic against the real binary for a while: every kind of call, failing providers, leaving clients, bad input,
// and an operator who reads and changes things meanwhile. It fails on an answer that should not be, on a gateway that
// does not end well (a sanitizer's finding ends it), on memory that grows, and on books that do not balance.
//
// Usage: node soak.mjs SECONDS        TOLLGATE_BINARY: the gateway. SOAK_SEED repeats a choice of calls.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startStack, OPENAI, PNG } from '../e2e/lib/stack.mjs';
import { UPSTREAM_KEY } from '../e2e/lib/provider.mjs';

const SECONDS = Number(process.argv[2] ?? 120);
const CLIENTS = 16;
const SEED = Number(process.env.SOAK_SEED ?? Date.now() % 2 ** 31);

/** Small, seeded, good enough to choose by. */
function randomFrom(seed) {
  let state = seed >>> 0 || 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

const WORDS = 'the quick brown fox jumps over a lazy dog while nobody watches from behind the old stone wall';
const REPLIES = {
  well: { text: WORDS, usage: { input: 40, cached: 10, output: 18 } },
  slow: { text: WORDS, paceMs: 5, usage: { input: 40, output: 18 } },
  thinks: { thinking: { text: WORDS, signature: 'c2ln' }, text: 'Yes.', usage: { input: 9, output: 30 } },
  tools: { tools: [{ id: 'call_1', name: 'look', input: { for: WORDS } }, { id: 'call_2', name: 'look', input: { for: 'é' } }], usage: { input: 9, output: 30 } },
  'fault-400': { status: 400, error: { type: 'invalid_request_error', message: 'no' } },
  'fault-429': { status: 429, error: { type: 'rate_limit_error', message: 'slow down' }, headers: { 'retry-after': '1' } },
  'fault-500': { status: 500, error: { message: 'broken' } },
  'fault-stream': { text: WORDS, failAfter: 3, error: { type: 'api_error', message: 'broke' }, usage: { input: 9, output: 3 } },
  'fault-cut': { text: WORDS, cutAfter: 3, usage: { input: 9, output: 3 } },
  hangs: { text: WORDS, hangAfter: 3, usage: { input: 9, output: 3 } },
};

/** The provider does what the last message asks for. */
function replyTo(call) {
  const text = JSON.stringify(call.body.messages?.at(-1)?.content ?? '');
  return REPLIES[Object.keys(REPLIES).find((name) => text.includes(`<${name}>`)) ?? 'well'];
}

const TOOL = { name: 'look', description: 'Looks', schema: { type: 'object', properties: { for: { type: 'string' } } } };

function chatBody(model, kind, stream, big) {
  const content = big ? `<${kind}> ${WORDS.repeat(12_000)}` : `<${kind}> hello`;
  const body = { model, stream, messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user', content }] };
  if (kind === 'tools') body.tools = [{ type: 'function', function: { name: TOOL.name, parameters: TOOL.schema } }];
  if (stream) body.stream_options = { include_usage: true };
  return ['/v1/chat/completions', body];
}

function messagesBody(model, kind, stream) {
  const picture = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } };
  const body = { model, stream, max_tokens: 100, messages: [{ role: 'user', content: [picture, { type: 'text', text: `<${kind}> hello` }] }] };
  if (kind === 'tools') body.tools = [{ name: TOOL.name, input_schema: TOOL.schema }];
  return ['/v1/messages', body];
}

class Soak {
  #stack;
  #random;
  #until;
  done = {};
  problems = {};

  constructor(stack, random, until) {
    this.#stack = stack;
    this.#random = random;
    this.#until = until;
  }
  get over() {
    return Date.now() >= this.#until;
  }
  pick(...from) {
    return from[this.#random(from.length)];
  }
  note(kind) {
    this.done[kind] = (this.done[kind] ?? 0) + 1;
  }
  wrong(what) {
    this.problems[what] = (this.problems[what] ?? 0) + 1;
  }

  async post(path, body, { key = this.#stack.token.key, signal, raw } = {}) {
    return fetch(this.#stack.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: raw ?? JSON.stringify(body),
      signal,
    });
  }

  /** One call whose status is to be one of those given. @return the body's text. */
  async expect(kind, statuses, path, body, options) {
    const answer = await this.post(path, body, options);
    const text = await answer.text();
    if (!statuses.includes(answer.status)) this.wrong(`${kind}: ${answer.status} ${text.slice(0, 200)}`);
    return text;
  }

  request(kind, stream, fault = false) {
    const model = fault ? 'fault-e2e' : this.pick('gpt-e2e', 'claude-e2e');
    return this.pick(chatBody, messagesBody)(model, kind, stream, this.#random(50) === 0);
  }

  async wellBehaved() {
    const stream = this.#random(2) === 0;
    const kind = this.pick('well', 'well', 'well', 'slow', 'thinks', 'tools');
    const [path, body] = this.request(kind, stream);
    const text = await this.expect(kind, [200], path, body);
    const end = path === '/v1/messages' ? 'message_stop' : '[DONE]';
    if (stream && !text.includes(end)) this.wrong(`${kind}: a stream without an end: ${text.slice(-200)}`);
  }

  async failing() {
    const stream = this.#random(2) === 0;
    const kind = this.pick('fault-400', 'fault-429', 'fault-500', 'fault-stream', 'fault-cut');
    const [path, body] = this.request(kind, stream, true);
    const text = await this.expect(kind, [200, 400, 429, 500, 502, 503, 504], path, body);
    if (!text.includes('"error"') && (stream || !kind.startsWith('fault-stream'))) {
      // Plain answers know nothing of what fails inside a stream.
      if (stream || kind !== 'fault-cut') this.wrong(`${kind}: no error in ${text.slice(0, 200)}`);
    }
  }

  async leaving() {
    const leave = new AbortController();
    const [path, body] = this.request(this.pick('hangs', 'slow'), true);
    try {
      setTimeout(() => leave.abort(), this.#random(60)); // before, amid, or after the first events
      const answer = await this.post(path, body, { signal: leave.signal });
      let chunks = 0;
      for await (const _ of answer.body) if (++chunks > this.#random(4)) break;
    } catch (problem) {
      if (problem.name !== 'AbortError') throw problem;
    }
    leave.abort();
  }

  async badInput() {
    const model = 'gpt-e2e';
    await this.expect('no JSON', [400], '/v1/chat/completions', null, { raw: '{"model":' });
    await this.expect('two models', [400], '/v1/chat/completions', null, { raw: '{"model":"gpt-e2e","Model":"x","messages":[]}' });
    await this.expect('no messages', [400], '/v1/messages', { model, max_tokens: 1 });
    await this.expect('unknown model', [404], '/v1/chat/completions', { ...chatBody('nobody', 'well', false)[1] });
    await this.expect('wrong key', [401], '/v1/chat/completions', chatBody(model, 'well', false)[1], { key: `sk-${'y'.repeat(48)}` });
    await this.expect('too deep', [400], '/v1/messages', null, { raw: `{"model":"claude-e2e","max_tokens":1,"messages":${'['.repeat(5000)}` });
  }

  async beside() {
    await this.expect('embeddings', [200], '/v1/embeddings', { model: 'embedding-e2e', input: ['a', 'b'] });
    await this.expect('moderations', [200], '/v1/moderations', { model: 'moderation-e2e', input: 'hello' });
    await this.expect('count_tokens', [200], '/v1/messages/count_tokens', { model: 'claude-e2e', messages: [{ role: 'user', content: 'hi' }] });
    for (const path of ['/v1/models', '/healthz', '/readyz', '/metrics', '/api/status', '/nowhere']) {
      const answer = await fetch(this.#stack.url + path, { headers: { authorization: `Bearer ${this.#stack.token.key}` } });
      await answer.arrayBuffer();
      if (answer.status !== (path === '/nowhere' ? 404 : 200)) this.wrong(`${path}: ${answer.status}`);
    }
  }

  /** A client: one call after the other. */
  async client() {
    while (!this.over) {
      const kind = this.pick('wellBehaved', 'wellBehaved', 'wellBehaved', 'wellBehaved', 'failing', 'leaving', 'leaving', 'beside', 'badInput');
      try {
        await this[kind]();
        this.note(kind);
      } catch (problem) {
        this.wrong(`${kind}: ${problem.message} ${problem.cause?.message ?? ''}`);
        await sleep(100);
      }
    }
  }

  /** The operator: looks around, makes and takes tokens, changes a channel and a price, has the settings read again. */
  async operator() {
    const { admin, gateway } = this.#stack;
    const channels = await admin.do('GET', '/api/channel/?page=1&size=100');
    const { id } = channels.data.find((row) => row.name === 'openai');
    for (let round = 0; !this.over; ++round) {
      try {
        for (const path of ['/api/channel/?page=1&size=10', '/api/log/?page=1&size=50', '/api/log/stat', '/api/user/self', '/api/token/?page=1&size=10']) {
          await admin.do('GET', path);
        }
        const token = await admin.addToken(`soak ${round}`);
        await this.expect('new token', [200], '/v1/chat/completions', chatBody('gpt-e2e', 'well', false)[1], { key: token.key });
        await admin.do('DELETE', `/api/token/${token.id}`);
        await this.expect('deleted token', [401], '/v1/chat/completions', chatBody('gpt-e2e', 'well', false)[1], { key: token.key });
        const channel = await admin.do('GET', `/api/channel/${id}`);
        await admin.do('PUT', '/api/channel/', { ...channel, weight: 1 + (round % 5) });
        await admin.do('PUT', '/api/prices/single/embedding-e2e', { model: 'embedding-e2e', type: 'tokens', channel_type: 1, input: 1 + (round % 3), output: 1 });
        if (round % 8 === 7) process.kill(gateway.pid, 'SIGHUP');
        this.note('operator');
      } catch (problem) {
        this.wrong(`operator: ${problem.message}`);
      }
      await sleep(200);
    }
  }

  /** Resident memory in MiB, once a second. */
  async memory() {
    const samples = [];
    while (!this.over) {
      const status = readFileSync(`/proc/${this.#stack.gateway.pid}/status`, 'utf8');
      samples.push(Number(status.match(/VmRSS:\s+(\d+)/)[1]) / 1024);
      await sleep(1000);
    }
    return samples;
  }
}

/** Memory may settle in the first half; after that it is not to grow. */
function growth(samples) {
  const part = (from, to) => {
    const sorted = samples.slice(Math.floor(samples.length * from), Math.ceil(samples.length * to)).sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)];
  };
  return { middle: part(0.5, 0.65), end: part(0.85, 1) };
}

async function check(stack, soak, samples) {
  // Nothing is under way any more: what the log says was charged is what the account says was used.
  let books = {};
  for (const until = Date.now() + 30_000; Date.now() < until; await sleep(100)) {
    const { used_quota: used } = await stack.admin.self();
    const { quota: logged } = await stack.admin.do('GET', '/api/log/stat');
    books = { used, logged };
    if (used === logged) break;
  }
  console.log('books:', books);
  if (books.used !== books.logged || !(books.used > 0)) soak.wrong(`the books do not balance: ${JSON.stringify(books)}`);

  const { middle, end } = growth(samples);
  console.log(`memory: ${middle?.toFixed(0)} MiB half-way, ${end?.toFixed(0)} MiB at the end`);
  if (samples.length >= 20 && end > middle * 1.15 + 24) soak.wrong(`memory grew from ${middle.toFixed(0)} to ${end.toFixed(0)} MiB`);
}

console.log(`soak: ${SECONDS} s, seed ${SEED} (SOAK_SEED repeats it)`);
const stack = await startStack({
  settings: {
    // As an operator would have it, but for what would keep faults from being met.
    'relay.retries': '2',
    'relay.cooldown': '200ms',
    'relay.cooldown_max': '500ms',
    'relay.breaker_failures': '5',
    'relay.breaker_open': '500ms',
    'journal.segment_bytes': '1MiB',
    'journal.retention': '1s',
    'global.bad_key_rate_limit': '0',
    log_level: 'error',
    'logs.access': 'false',
  },
});
stack.provider.answerBy(replyTo);
await stack.admin.addChannel(OPENAI, 'faulty', stack.provider.url, ['fault-e2e'], UPSTREAM_KEY);
await stack.admin.setPrice('fault-e2e', 1, 3);
const rich = await stack.admin.addToken('soak');
stack.token = rich;

const soak = new Soak(stack, randomFrom(SEED), Date.now() + SECONDS * 1000);
let ended = null;
stack.gateway.ended.then((how) => (ended = how));
const forgets = setInterval(() => (stack.provider.calls = []), 200);
const [samples] = await Promise.all([soak.memory(), soak.operator(), ...Array.from({ length: CLIENTS }, () => soak.client())]).catch((problem) => {
  soak.wrong(`the traffic broke off: ${problem.message}`);
  return [[]];
});
clearInterval(forgets);

const crashed = ended !== null;
if (crashed) soak.wrong(`the gateway ended by itself: ${JSON.stringify(ended)}`);
else {
  await check(stack, soak, samples).catch((problem) => soak.wrong(problem.message));
  await stack.stop().catch((problem) => soak.wrong(problem.message));
}
console.log('done:', soak.done);
const problems = Object.entries(soak.problems);
for (const [what, count] of problems.slice(0, 30)) console.log(`PROBLEM, ${count} times: ${what}`);
if (crashed) console.log(stack.gateway.log().slice(-20_000));
process.exit(problems.length > 0 ? 1 : 0);
