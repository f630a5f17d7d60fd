// A stand-in for a provider that speaks both OpenAI's and Anthropic's interface, and answers what a test wrote down.
//
// A reply is written once, in neutral terms, and rendered in the dialect that was asked, plain or as a stream:
//   text, thinking: {text, signature}, tools: [{id, name, input}], stop: 'stop' | 'length' | 'tools' | 'sequence'
//   usage: {input, cached, written, output}   tokens; `input` without the cached ones
//   status, error: {type, message, code}, headers    an error answer
//   failAfter: n, cutAfter: n, hangAfter: n   after n pieces of text a stream has an error event, breaks off, or stalls
import { createServer } from 'node:http';
import { once } from 'node:events';
import {
  checkOpenai,
  completionsAnswer,
  completionsStream,
  embeddingsAnswer,
  moderationsAnswer,
  openaiError,
  openaiPlain,
  openaiStream,
} from './openai_wire.mjs';
import { anthropicError, anthropicPlain, anthropicStream, checkAnthropic } from './anthropic_wire.mjs';

export const UPSTREAM_KEY = 'upstream-secret-key';

const DEFAULT_REPLY = { text: 'Hello from the provider.', usage: { input: 21, output: 7 } };

const WRONG_KEY = { type: 'authentication_error', message: 'wrong key', code: 'invalid_api_key' };

const ROUTES = {
  '/v1/chat/completions': { dialect: 'openai', check: checkOpenai, plain: openaiPlain, stream: openaiStream },
  '/v1/messages': { dialect: 'anthropic', check: checkAnthropic, plain: anthropicPlain, stream: anthropicStream },
  '/v1/completions': { dialect: 'openai', check: () => null, plain: completionsAnswer, stream: completionsStream },
  '/v1/embeddings': { dialect: 'openai', check: () => null, plain: embeddingsAnswer },
  '/v1/moderations': { dialect: 'openai', check: () => null, plain: moderationsAnswer },
};

function keyOf(dialect, headers) {
  return dialect === 'openai' ? headers.authorization?.replace(/^Bearer /, '') : headers['x-api-key'];
}

class Call {
  constructor(dialect, request, body, response) {
    this.dialect = dialect;
    this.path = request.url;
    this.headers = request.headers;
    this.body = body;
    /** Resolves when the caller is gone or has its answer: true if it left before the end. */
    this.left = once(response, 'close').then(() => !response.writableFinished);
  }
}

class Provider {
  #server;
  #replies = [];
  #chooses = null;
  /** What it says it serves. */
  models = ['gpt-e2e', 'embedding-e2e'];
  /** Every call since the last `forget`, which also takes back what was to be answered. @type {Call[]} */
  calls = [];

  constructor(server) {
    this.#server = server;
  }
  get url() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }
  get last() {
    return this.calls.at(-1);
  }
  /** The next replies, in order. A function is called with the call and gives one. */
  reply(...replies) {
    this.#replies.push(...replies);
  }
  /** Answers everything by a function of the call, from now on. */
  answerBy(chooses) {
    this.#chooses = chooses;
  }
  forget() {
    this.calls = [];
    this.#replies = [];
    this.#chooses = null;
  }
  close() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #listModels(request, response) {
    if (keyOf('openai', request.headers) !== UPSTREAM_KEY) return send(response, 401, openaiError(WRONG_KEY));
    send(response, 200, { object: 'list', data: this.models.map((id) => ({ id, object: 'model', owned_by: 'e2e' })) });
  }

  async serve(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    if (request.url === '/v1/models') return this.#listModels(request, response);
    const route = ROUTES[request.url.split('?')[0]];
    if (!route) return send(response, 404, openaiError({ type: 'invalid_request_error', message: `no ${request.url} here` }));
    const renderError = route.dialect === 'openai' ? openaiError : anthropicError;
    let body;
    try {
      body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    } catch (problem) {
      return send(response, 400, renderError({ type: 'invalid_request_error', message: `not JSON: ${problem.message}` }));
    }
    const call = new Call(route.dialect, request, body, response);
    this.calls.push(call);
    if (keyOf(route.dialect, request.headers) !== UPSTREAM_KEY) {
      return send(response, 401, renderError(WRONG_KEY));
    }
    const refusal = route.check(body, request.headers);
    if (refusal) return send(response, 400, renderError({ type: 'invalid_request_error', message: refusal }));

    const next = this.#replies.shift() ?? this.#chooses ?? DEFAULT_REPLY;
    const reply = typeof next === 'function' ? await next(call) : next;
    if (reply.status) return send(response, reply.status, renderError(reply.error), reply.headers);
    if (!body.stream || !route.stream) return send(response, 200, route.plain(reply, body), reply.headers);
    await sendStream(response, route.stream(reply, body), reply, renderError);
  }
}

function send(response, status, body, headers = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** Plays a stream. Its pieces of text are the events marked as such: those after which a stream may fail are counted. */
async function sendStream(response, events, reply, renderError) {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  let texts = 0;
  for (const { name, data, text } of events) {
    if (text && texts++ === (reply.failAfter ?? reply.cutAfter ?? reply.hangAfter)) {
      if (reply.hangAfter !== undefined) return;
      if (reply.cutAfter !== undefined) {
        await new Promise((written) => setImmediate(written)); // what came before it gets out
        return response.destroy();
      }
      const failure = JSON.stringify(renderError(reply.error));
      return response.end(name ? `event: error\ndata: ${failure}\n\n` : `data: ${failure}\n\n`);
    }
    const line = `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
    if (!response.write(name ? `event: ${name}\n${line}` : line)) await once(response, 'drain');
    if (reply.paceMs) await new Promise((next) => setTimeout(next, reply.paceMs));
    if (response.destroyed) return;
  }
  response.end();
}

export async function startProvider() {
  let provider;
  const server = createServer((request, response) => {
    response.on('error', () => {}); // whoever left is seen by `left`
    provider.serve(request, response).catch((problem) => {
      console.error('the stand-in provider failed:', problem);
      response.destroy();
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  server.unref();
  provider = new Provider(server);
  return provider;
}

/** A text in the pieces in which a stream delivers it. */
export function piecesOf(text) {
  return text.match(/\s*\S+/g) ?? [];
}
