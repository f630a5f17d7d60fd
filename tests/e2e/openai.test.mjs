// The official OpenAI SDK, through an upstream of its own dialect and through one of Anthropic's.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import OpenAI from 'openai';
import { UPSTREAM_KEY } from './lib/provider.mjs';
import { OPENAI, PNG, startStack, UPSTREAMS } from './lib/stack.mjs';

let stack;
let provider;
let client;

before(async () => {
  stack = await startStack();
  ({ provider } = stack);
  client = clientWith({});
});
after(() => stack?.stop());
beforeEach(() => provider.forget());

function clientWith(options) {
  return new OpenAI({ baseURL: `${stack.url}/v1`, apiKey: stack.token.key, maxRetries: 0, ...options });
}

const WEATHER = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'The weather in a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

async function collect(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}
const textOf = (chunks) => chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
const finishOf = (chunks) => chunks.map((chunk) => chunk.choices[0]?.finish_reason).find(Boolean);

for (const { dialect, model } of UPSTREAMS) {
  describe(`OpenAI's SDK on an upstream that speaks ${dialect}`, () => {
    const ask = (more) => ({ model, messages: [{ role: 'user', content: 'Hello' }], ...more });

    test('a plain answer comes with its usage', async () => {
      provider.reply({ text: 'Hi there.', usage: { input: 20, cached: 5, output: 4 } });
      const { data: answer, response } = await client.chat.completions.create(ask()).withResponse();
      assert.equal(answer.object, 'chat.completion');
      assert.equal(answer.model, model);
      assert.equal(answer.choices[0].message.role, 'assistant');
      assert.equal(answer.choices[0].message.content, 'Hi there.');
      assert.equal(answer.choices[0].finish_reason, 'stop');
      assert.equal(answer.usage.prompt_tokens, 25);
      assert.equal(answer.usage.completion_tokens, 4);
      assert.equal(answer.usage.total_tokens, 29);
      assert.equal(answer.usage.prompt_tokens_details.cached_tokens, 5);
      assert.match(response.headers.get('x-request-id'), /^\w{20,}$/);
      assert.equal(provider.last.dialect, dialect);
    });

    test('the system prompt and the sampling parameters arrive', async () => {
      await client.chat.completions.create({
        model,
        messages: [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'Hello' },
        ],
        temperature: 0.5,
        max_tokens: 77,
        stop: ['END'],
      });
      const { body } = provider.last;
      if (dialect === 'openai') {
        assert.deepEqual(body.messages[0], { role: 'system', content: 'Be brief.' });
        assert.deepEqual(body.stop, ['END']);
      } else {
        assert.match(JSON.stringify(body.system), /Be brief\./);
        assert.deepEqual(body.stop_sequences, ['END']);
      }
      assert.equal(body.temperature, 0.5);
      assert.equal(body.max_tokens, 77);
      await client.chat.completions.create(ask({ top_p: 0.9 }));
      assert.equal(provider.last.body.top_p, 0.9);
      // Anthropic demands a limit: the operator's default stands in.
      assert.equal(provider.last.body.max_tokens, dialect === 'openai' ? undefined : 8192);
    });

    test('a stream delivers its text in pieces, and no usage unless asked', async () => {
      provider.reply({ text: 'one two three four', usage: { input: 10, output: 4 } });
      const chunks = await collect(await client.chat.completions.create(ask({ stream: true })));
      assert.equal(textOf(chunks), 'one two three four');
      assert.equal(chunks.filter((chunk) => chunk.choices[0]?.delta.content).length, 4);
      assert.equal(finishOf(chunks), 'stop');
      assert.ok(chunks.every((chunk) => !chunk.usage && chunk.choices.length === 1 && chunk.model === model));
      assert.equal(new Set(chunks.map((chunk) => chunk.id)).size, 1);
    });

    test('a stream ends with its usage when asked, and that is what is charged', async () => {
      provider.reply({ text: 'one two', usage: { input: 10, cached: 6, output: 2 } });
      const { data, response } = await client.chat.completions
        .create(ask({ stream: true, stream_options: { include_usage: true } }))
        .withResponse();
      const chunks = await collect(data);
      assert.equal(textOf(chunks), 'one two');
      const last = chunks.at(-1);
      assert.deepEqual(last.choices, []);
      assert.equal(last.usage.prompt_tokens, 16);
      assert.equal(last.usage.completion_tokens, 2);
      assert.equal(last.usage.prompt_tokens_details.cached_tokens, 6);
      const row = await stack.admin.logRow((r) => r.request_id === response.headers.get('x-request-id'), 'the streamed call');
      assert.equal(row.completion_tokens, 2);
      assert.equal(row.prompt_tokens, 16);
      assert.equal(row.is_stream, true);
    });

    test('the stream helper puts the answer together', async () => {
      provider.reply({ text: 'put together', usage: { input: 3, output: 2 } });
      const runner = client.chat.completions.stream(ask({ stream_options: { include_usage: true } }));
      const final = await runner.finalChatCompletion();
      assert.equal(final.choices[0].message.content, 'put together');
      assert.equal((await runner.totalUsage()).completion_tokens, 2);
    });

    test('a tool loop of several turns, with calls side by side', async () => {
      const messages = [{ role: 'user', content: 'Compare the weather in Paris and Oslo, then tell me about Rome.' }];
      const turn = async () => {
        const { choices } = await client.chat.completions.create({ model, messages, tools: [WEATHER] });
        messages.push(choices[0].message);
        return choices[0];
      };
      const answerTools = (message) => {
        for (const call of message.tool_calls) {
          const { city } = JSON.parse(call.function.arguments);
          messages.push({ role: 'tool', tool_call_id: call.id, content: `It rains in ${city}.` });
        }
      };
      const call = (id, city) => ({ id, name: 'get_weather', input: { city } });

      provider.reply({ text: 'Let me look.', tools: [call('call_1', 'Paris'), call('call_2', 'Oslo')], usage: { input: 9, output: 9 } });
      const first = await turn();
      assert.equal(first.finish_reason, 'tool_calls');
      assert.deepEqual(
        first.message.tool_calls.map((c) => [c.id, c.type, c.function.name, JSON.parse(c.function.arguments).city]),
        [
          ['call_1', 'function', 'get_weather', 'Paris'],
          ['call_2', 'function', 'get_weather', 'Oslo'],
        ],
      );
      answerTools(first.message);

      provider.reply({ tools: [call('call_3', 'Rome')], usage: { input: 9, output: 9 } });
      const second = await turn();
      assert.equal(second.message.tool_calls.length, 1);
      answerTools(second.message);

      provider.reply({ text: 'It rains everywhere.', usage: { input: 9, output: 9 } });
      const third = await turn();
      assert.equal(third.message.content, 'It rains everywhere.');
      assert.equal(third.finish_reason, 'stop');

      const sent = JSON.stringify(provider.last.body.messages);
      for (const city of ['Paris', 'Oslo', 'Rome']) assert.ok(sent.includes(`It rains in ${city}.`), `${city} is missing in ${sent}`);
      assert.equal(provider.calls.length, 3);
      const [tool] = provider.last.body.tools;
      assert.deepEqual((tool.function ?? tool).name, 'get_weather');
      assert.deepEqual(tool.function?.parameters ?? tool.input_schema, WEATHER.function.parameters);
    });

    test('streamed tool calls come together, each with its own arguments', async () => {
      const tools = [
        { id: 'call_a', name: 'get_weather', input: { city: 'Zürich "old town" 🏔' } },
        { id: 'call_b', name: 'get_weather', input: { city: 'Bern' } },
      ];
      provider.reply({ tools, usage: { input: 5, output: 12 } });
      const final = await client.chat.completions.stream(ask({ tools: [WEATHER] })).finalChatCompletion();
      assert.equal(final.choices[0].finish_reason, 'tool_calls');
      assert.deepEqual(
        final.choices[0].message.tool_calls.map((c) => ({ id: c.id, name: c.function.name, input: JSON.parse(c.function.arguments) })),
        tools,
      );
    });

    test('tool_choice arrives in the upstream\'s words', async () => {
      const seen = [];
      for (const choice of ['auto', 'required', 'none', { type: 'function', function: { name: 'get_weather' } }]) {
        await client.chat.completions.create(ask({ tools: [WEATHER], tool_choice: choice }));
        seen.push(provider.last.body.tool_choice);
      }
      assert.deepEqual(
        seen,
        dialect === 'openai'
          ? ['auto', 'required', 'none', { type: 'function', function: { name: 'get_weather' } }]
          : [{ type: 'auto' }, { type: 'any' }, { type: 'none' }, { type: 'tool', name: 'get_weather' }],
      );
    });

    test('a picture arrives', async () => {
      const content = [
        { type: 'text', text: 'What is this?' },
        { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } },
      ];
      await client.chat.completions.create({ model, messages: [{ role: 'user', content }] });
      const [, picture] = provider.last.body.messages[0].content;
      if (dialect === 'openai') assert.equal(picture.image_url.url, `data:image/png;base64,${PNG}`);
      else assert.deepEqual(picture, { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } });
    });

    test('an answer that reached its limit says so', async () => {
      provider.reply({ text: 'cut', stop: 'length', usage: { input: 1, output: 1 } });
      assert.equal((await client.chat.completions.create(ask({ max_tokens: 1 }))).choices[0].finish_reason, 'length');
      provider.reply({ text: 'cut', stop: 'length', usage: { input: 1, output: 1 } });
      const chunks = await collect(await client.chat.completions.create(ask({ max_tokens: 1, stream: true })));
      assert.equal(finishOf(chunks), 'length');
    });

    test('reasoning is shown beside the answer', async () => {
      const reply = { thinking: { text: 'Hm, let me think.', signature: 'c2ln' }, text: 'Yes.', usage: { input: 2, output: 9 } };
      provider.reply(reply, reply);
      const plain = await client.chat.completions.create(ask());
      assert.equal(plain.choices[0].message.reasoning_content, 'Hm, let me think.');
      assert.equal(plain.choices[0].message.content, 'Yes.');
      const chunks = await collect(await client.chat.completions.create(ask({ stream: true })));
      assert.equal(chunks.map((chunk) => chunk.choices[0]?.delta.reasoning_content ?? '').join(''), 'Hm, let me think.');
      assert.equal(textOf(chunks), 'Yes.');
    });

    test('a demanded form of the answer arrives', async () => {
      const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false };
      const format = { type: 'json_schema', json_schema: { name: 'place', strict: true, schema } };
      provider.reply({ text: '{"city":"Bern"}', usage: { input: 3, output: 5 } });
      const answer = await client.chat.completions.create(ask({ response_format: format }));
      assert.deepEqual(JSON.parse(answer.choices[0].message.content), { city: 'Bern' });
      if (dialect === 'openai') assert.deepEqual(provider.last.body.response_format, format);
      else assert.ok(JSON.stringify(provider.last.body).includes(JSON.stringify(schema.properties)), JSON.stringify(provider.last.body));
    });

    test('answers to calls side by side do not get mixed up', async () => {
      provider.answerBy((call) => ({ text: `echo ${JSON.stringify(call.body.messages).match(/number \d+/)[0]} `.repeat(20).trim(), usage: { input: 1, output: 60 } }));
      const numbers = Array.from({ length: 40 }, (_, i) => i);
      const texts = await Promise.all(
        numbers.map(async (i) => {
          const body = { model, messages: [{ role: 'user', content: `number ${i}` }] };
          if (i % 2 === 0) return (await client.chat.completions.create(body)).choices[0].message.content;
          return textOf(await collect(await client.chat.completions.create({ ...body, stream: true })));
        }),
      );
      for (const i of numbers) assert.equal(texts[i], `echo number ${i} `.repeat(20).trim());
    });

    test('what the upstream refuses is a BadRequestError with its words', async () => {
      provider.reply({ status: 400, error: { type: 'invalid_request_error', message: 'temperature is too high' } });
      await assert.rejects(client.chat.completions.create(ask()), (error) => {
        assert.ok(error instanceof OpenAI.BadRequestError, String(error));
        assert.match(error.message, /temperature is too high/);
        assert.equal(error.type, 'invalid_request_error');
        assert.ok(error.requestID);
        return true;
      });
    });

    test('an upstream\'s rate limit is a RateLimitError, its failures are InternalServerErrors', async () => {
      provider.reply({ status: 429, error: { type: 'rate_limit_error', message: 'slow down' }, headers: { 'retry-after': '1' } });
      await assert.rejects(client.chat.completions.create(ask()), OpenAI.RateLimitError);
      provider.reply({ status: 500, error: { message: 'broken' } });
      await assert.rejects(client.chat.completions.create(ask()), OpenAI.InternalServerError);
      // The gateway's own key was refused upstream: nothing that the caller could mend.
      provider.reply({ status: 401, error: { type: 'authentication_error', message: 'wrong key' } });
      await assert.rejects(client.chat.completions.create(ask()), (error) => {
        assert.ok(error instanceof OpenAI.InternalServerError, String(error));
        return true;
      });
    });

    test('an error inside a stream is an APIError, after what came before it', async () => {
      provider.reply({ text: 'one two three', failAfter: 2, error: { type: 'api_error', message: 'it broke' }, usage: { input: 5, output: 3 } });
      let text = '';
      await assert.rejects(
        async () => {
          for await (const chunk of await client.chat.completions.create(ask({ stream: true }))) {
            text += chunk.choices[0]?.delta.content ?? '';
          }
        },
        (error) => {
          assert.ok(error instanceof OpenAI.APIError, String(error));
          return true;
        },
      );
      assert.equal(text, 'one two');
    });

    test('a stream that breaks off upstream does not end as if it were whole', async () => {
      provider.reply({ text: 'one two three', cutAfter: 2, usage: { input: 5, output: 3 } });
      await assert.rejects(async () => collect(await client.chat.completions.create(ask({ stream: true }))), OpenAI.APIError);
      assert.equal(provider.calls.length, 1);
    });

    test('the SDK tries again after a 429 and a 500, and gets its answer', async () => {
      provider.reply(
        { status: 429, error: { type: 'rate_limit_error', message: 'slow down' }, headers: { 'retry-after': '0' } },
        { status: 500, error: { message: 'broken' } },
        { text: 'at last', usage: { input: 1, output: 2 } },
      );
      const answer = await clientWith({ maxRetries: 3 }).chat.completions.create(ask());
      assert.equal(answer.choices[0].message.content, 'at last');
      assert.equal(provider.calls.length, 3);
    });

    test('leaving a stream cancels the upstream, and what came is charged', async () => {
      provider.reply({ text: 'one two three four five six', hangAfter: 3, usage: { input: 5, output: 6 } });
      const { data: stream, response } = await client.chat.completions.create(ask({ stream: true })).withResponse();
      let pieces = 0;
      for await (const chunk of stream) {
        if (chunk.choices[0]?.delta.content && ++pieces === 3) break;
      }
      assert.equal(await provider.last.left, true);
      const row = await stack.admin.logRow((r) => r.request_id === response.headers.get('x-request-id'), 'the call that was left');
      assert.ok(row.quota > 0 && row.completion_tokens > 0, JSON.stringify(row));
    });

    test('a call aborted before its answer cancels the upstream and costs nothing', async () => {
      const { used_quota: before } = await stack.admin.self();
      const leave = new AbortController();
      provider.reply(() => {
        leave.abort();
        return new Promise(() => {}); // never
      });
      await assert.rejects(client.chat.completions.create(ask(), { signal: leave.signal }), OpenAI.APIUserAbortError);
      assert.equal(await provider.last.left, true);
      const { response } = await client.chat.completions.create(ask()).withResponse();
      const row = await stack.admin.logRow((r) => r.request_id === response.headers.get('x-request-id'), 'the next call');
      assert.equal((await stack.admin.self()).used_quota, before + row.quota);
    });
  });
}

describe("OpenAI's SDK, beside chat", () => {
  test('embeddings', async () => {
    const one = await client.embeddings.create({ model: 'embedding-e2e', input: 'a text' });
    assert.deepEqual(one.data[0].embedding, [0.25, -0.5, 0.125]);
    const two = await client.embeddings.create({ model: 'embedding-e2e', input: ['a', 'b'], encoding_format: 'float' });
    assert.equal(two.data.length, 2);
    assert.deepEqual(two.data[1].embedding, [0.25, -0.5, 0.125]);
    assert.equal(two.usage.prompt_tokens, 8);
  });

  test('completions of the old kind, plain and streamed', async () => {
    const body = { model: 'gpt-e2e', prompt: 'Once upon' };
    provider.reply({ text: ' a time', usage: { input: 2, output: 2 } }, { text: ' a time', usage: { input: 2, output: 2 } });
    const plain = await client.completions.create(body);
    assert.equal(plain.choices[0].text, ' a time');
    assert.equal(plain.usage.total_tokens, 4);
    const chunks = await collect(await client.completions.create({ ...body, stream: true }));
    assert.equal(chunks.map((chunk) => chunk.choices[0]?.text ?? '').join(''), ' a time');
  });

  test('moderations', async () => {
    const { results } = await client.moderations.create({ model: 'moderation-e2e', input: ['be kind', 'kill them'] });
    assert.deepEqual(results.map((result) => result.flagged), [false, true]);
  });

  test('models are listed and retrieved', async () => {
    const ids = [];
    for await (const model of client.models.list()) ids.push(model.id);
    for (const wanted of ['gpt-e2e', 'claude-e2e', 'embedding-e2e', 'demo']) assert.ok(ids.includes(wanted), `${wanted} in ${ids}`);
    const model = await client.models.retrieve('claude-e2e');
    assert.equal(model.id, 'claude-e2e');
    assert.equal(model.object, 'model');
    await assert.rejects(client.models.retrieve('no-such-model'), OpenAI.NotFoundError);
  });
});

describe("OpenAI's SDK, refused", () => {
  const ask = { model: 'gpt-e2e', messages: [{ role: 'user', content: 'Hello' }] };

  test('a wrong key is an AuthenticationError', async () => {
    const stranger = clientWith({ apiKey: `sk-${'x'.repeat(48)}` });
    await assert.rejects(stranger.chat.completions.create(ask), (error) => {
      assert.ok(error instanceof OpenAI.AuthenticationError, String(error));
      assert.equal(error.code, 'invalid_api_key');
      return true;
    });
    assert.equal(provider.calls.length, 0);
  });

  test('an unknown model is a NotFoundError', async () => {
    await assert.rejects(client.chat.completions.create({ ...ask, model: 'no-such-model' }), (error) => {
      assert.ok(error instanceof OpenAI.NotFoundError, String(error));
      assert.equal(error.code, 'model_not_found');
      return true;
    });
  });

  test('a model that the token may not use is a PermissionDeniedError', async () => {
    const token = await stack.admin.addToken('limited', { setting: { limit_model_setting: { enabled: true, models: ['claude-e2e'] } } });
    const limited = clientWith({ apiKey: token.key });
    await assert.rejects(limited.chat.completions.create(ask), OpenAI.PermissionDeniedError);
    assert.equal(provider.calls.length, 0);
    assert.ok((await limited.chat.completions.create({ ...ask, model: 'claude-e2e' })).choices.length === 1);
  });

  test('a token without quota is refused before anything is sent', async () => {
    const token = await stack.admin.addToken('poor', { quota: 3 });
    await assert.rejects(clientWith({ apiKey: token.key }).chat.completions.create(ask), (error) => {
      assert.ok(error instanceof OpenAI.APIError, String(error));
      assert.equal(error.status, 402);
      assert.equal(error.code, 'insufficient_token_quota');
      return true;
    });
    assert.equal(provider.calls.length, 0);
  });

  test('what the gateway does not offer is a NotFoundError', async () => {
    await assert.rejects(client.vectorStores.list(), OpenAI.NotFoundError);
  });

  test('calls beyond the rate of the user\'s group are RateLimitErrors that say when to come back', async () => {
    const { admin } = stack;
    await admin.do('POST', '/api/user_group/', { symbol: 'slow', name: 'Slow', ratio: 1, public: true, api_rate: 2, promotion: false, min: 0, max: 0, enable: true });
    await admin.addChannel(OPENAI, 'slow', provider.url, ['gpt-e2e'], UPSTREAM_KEY, 'slow');
    const user = await admin.addUser('sloth', 'slow', 1_000_000);
    const slow = clientWith({ apiKey: (await user.addToken('slow')).key });
    await slow.chat.completions.create(ask);
    await slow.chat.completions.create(ask);
    await assert.rejects(slow.chat.completions.create(ask), (error) => {
      assert.ok(error instanceof OpenAI.RateLimitError, String(error));
      assert.equal(error.code, 'rate_limit_exceeded');
      assert.ok(Number(error.headers.get('retry-after')) > 0);
      return true;
    });
    assert.equal(provider.calls.length, 2);
  });

  test('a user without quota is refused before anything is sent', async () => {
    const user = await stack.admin.addUser('beggar', 'default', 0);
    const poor = clientWith({ apiKey: (await user.addToken('free')).key });
    await assert.rejects(poor.chat.completions.create(ask), (error) => {
      assert.equal(error.status, 402);
      assert.equal(error.code, 'insufficient_user_quota');
      return true;
    });
    assert.equal(provider.calls.length, 0);
  });

  test('a body without messages is a BadRequestError that names them', async () => {
    await assert.rejects(client.chat.completions.create({ model: 'gpt-e2e' }), (error) => {
      assert.ok(error instanceof OpenAI.BadRequestError, String(error));
      assert.match(error.message, /messages/);
      return true;
    });
  });
});
