// The official Anthropic SDK, through an upstream of its own dialect and through one of OpenAI's.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { PNG, startStack, UPSTREAMS } from './lib/stack.mjs';

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
  return new Anthropic({ baseURL: stack.url, apiKey: stack.token.key, maxRetries: 0, ...options });
}

const WEATHER = {
  name: 'get_weather',
  description: 'The weather in a city',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

async function collect(stream) {
  const events = [];
  for await (const event of stream) events.push(event);
  return events;
}
const textOf = (events) => events.map((event) => event.delta?.text ?? '').join('');

for (const { dialect, model } of UPSTREAMS) {
  describe(`Anthropic's SDK on an upstream that speaks ${dialect}`, () => {
    const ask = (more) => ({ model, max_tokens: 500, messages: [{ role: 'user', content: 'Hello' }], ...more });

    test('a plain answer comes with its usage', async () => {
      provider.reply({ text: 'Hi there.', usage: { input: 20, cached: 5, output: 4 } });
      const { data: answer, response } = await client.messages.create(ask()).withResponse();
      assert.equal(answer.type, 'message');
      assert.equal(answer.role, 'assistant');
      assert.equal(answer.model, model);
      assert.deepEqual(answer.content.map(({ type, text }) => ({ type, text })), [{ type: 'text', text: 'Hi there.' }]);
      assert.equal(answer.stop_reason, 'end_turn');
      assert.equal(answer.usage.input_tokens, 20);
      assert.equal(answer.usage.cache_read_input_tokens, 5);
      assert.equal(answer.usage.output_tokens, 4);
      assert.match(response.headers.get('x-request-id'), /^\w{20,}$/);
      assert.equal(provider.last.dialect, dialect);
    });

    test('the system prompt and the sampling parameters arrive', async () => {
      await client.messages.create(ask({ system: 'Be brief.', temperature: 0.5, top_p: 0.9, stop_sequences: ['END'] }));
      const { body } = provider.last;
      if (dialect === 'anthropic') {
        assert.equal(body.system, 'Be brief.');
        assert.deepEqual(body.stop_sequences, ['END']);
      } else {
        assert.equal(body.messages[0].role, 'system');
        assert.match(JSON.stringify(body.messages[0].content), /Be brief\./);
        assert.deepEqual([body.stop].flat(), ['END']);
      }
      assert.equal(body.temperature, 0.5);
      assert.equal(body.top_p, 0.9);
      assert.equal(body.max_tokens ?? body.max_completion_tokens, 500);
    });

    test('a stream comes event by event, with its usage, and that is what is charged', async () => {
      provider.reply({ text: 'one two three', usage: { input: 10, cached: 6, output: 3 } });
      const { data, response } = await client.messages.create(ask({ stream: true })).withResponse();
      const events = await collect(data);
      assert.equal(textOf(events), 'one two three');
      const types = events.map((event) => event.type).filter((type) => type !== 'ping');
      assert.deepEqual(types, [
        'message_start',
        'content_block_start',
        ...Array(3).fill('content_block_delta'),
        'content_block_stop',
        'message_delta',
        'message_stop',
      ]);
      assert.equal(events[0].message.model, model);
      const delta = events.find((event) => event.type === 'message_delta');
      assert.equal(delta.delta.stop_reason, 'end_turn');
      assert.equal(delta.usage.output_tokens, 3);
      const row = await stack.admin.logRow((r) => r.request_id === response.headers.get('x-request-id'), 'the streamed call');
      assert.equal(row.completion_tokens, 3);
      assert.equal(row.prompt_tokens, 16);
      assert.equal(row.is_stream, true);
    });

    test('the stream helper puts the answer together', async () => {
      provider.reply({ text: 'put together', usage: { input: 3, output: 2 } });
      const final = await client.messages.stream(ask()).finalMessage();
      assert.equal(final.content[0].text, 'put together');
      assert.equal(final.stop_reason, 'end_turn');
      assert.equal(final.usage.output_tokens, 2);
    });

    test('a tool loop of several turns, with calls side by side', async () => {
      const messages = [{ role: 'user', content: 'Compare the weather in Paris and Oslo, then tell me about Rome.' }];
      const turn = async () => {
        const answer = await client.messages.create({ model, max_tokens: 500, messages, tools: [WEATHER] });
        messages.push({ role: 'assistant', content: answer.content });
        return answer;
      };
      const answerTools = (answer) => {
        const results = answer.content
          .filter((block) => block.type === 'tool_use')
          .map((block) => ({ type: 'tool_result', tool_use_id: block.id, content: `It rains in ${block.input.city}.` }));
        messages.push({ role: 'user', content: results });
      };
      const call = (id, city) => ({ id, name: 'get_weather', input: { city } });

      provider.reply({ text: 'Let me look.', tools: [call('toolu_1', 'Paris'), call('toolu_2', 'Oslo')], usage: { input: 9, output: 9 } });
      const first = await turn();
      assert.equal(first.stop_reason, 'tool_use');
      assert.deepEqual(
        first.content.map((block) => [block.type, block.id ?? block.text, block.input?.city]),
        [
          ['text', 'Let me look.', undefined],
          ['tool_use', 'toolu_1', 'Paris'],
          ['tool_use', 'toolu_2', 'Oslo'],
        ],
      );
      answerTools(first);

      provider.reply({ tools: [call('toolu_3', 'Rome')], usage: { input: 9, output: 9 } });
      answerTools(await turn());

      provider.reply({ text: 'It rains everywhere.', usage: { input: 9, output: 9 } });
      const third = await turn();
      assert.equal(third.content[0].text, 'It rains everywhere.');
      assert.equal(third.stop_reason, 'end_turn');

      const sent = JSON.stringify(provider.last.body.messages);
      for (const city of ['Paris', 'Oslo', 'Rome']) assert.ok(sent.includes(`It rains in ${city}.`), `${city} is missing in ${sent}`);
      const [tool] = provider.last.body.tools;
      assert.deepEqual((tool.function ?? tool).name, 'get_weather');
      assert.deepEqual(tool.function?.parameters ?? tool.input_schema, WEATHER.input_schema);
    });

    test('streamed tool calls come together, each with its own input', async () => {
      const tools = [
        { id: 'toolu_a', name: 'get_weather', input: { city: 'Zürich "old town" 🏔' } },
        { id: 'toolu_b', name: 'get_weather', input: { city: 'Bern' } },
      ];
      provider.reply({ text: 'Looking.', tools, usage: { input: 5, output: 12 } });
      const final = await client.messages.stream(ask({ tools: [WEATHER] })).finalMessage();
      assert.equal(final.stop_reason, 'tool_use');
      assert.equal(final.content[0].text, 'Looking.');
      assert.deepEqual(
        final.content.slice(1).map(({ id, name, input }) => ({ id, name, input })),
        tools,
      );
    });

    test('tool_choice arrives in the upstream\'s words', async () => {
      const seen = [];
      for (const choice of [{ type: 'auto' }, { type: 'any' }, { type: 'none' }, { type: 'tool', name: 'get_weather' }]) {
        await client.messages.create(ask({ tools: [WEATHER], tool_choice: choice }));
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
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
        { type: 'text', text: 'What is this?' },
      ];
      await client.messages.create(ask({ messages: [{ role: 'user', content }] }));
      const [picture] = provider.last.body.messages[0].content;
      if (dialect === 'openai') assert.equal(picture.image_url.url, `data:image/png;base64,${PNG}`);
      else assert.deepEqual(picture, content[0]);
    });

    test('each stop reason keeps its meaning', async () => {
      for (const stream of [false, true]) {
        provider.reply({ text: 'cut', stop: 'length', usage: { input: 1, output: 1 } });
        const answer = stream ? await client.messages.stream(ask()).finalMessage() : await client.messages.create(ask());
        assert.equal(answer.stop_reason, 'max_tokens');
      }
    });

    test('answers to calls side by side do not get mixed up', async () => {
      provider.answerBy((call) => ({ text: `echo ${JSON.stringify(call.body.messages).match(/number \d+/)[0]} `.repeat(20).trim(), usage: { input: 1, output: 60 } }));
      const numbers = Array.from({ length: 40 }, (_, i) => i);
      const texts = await Promise.all(
        numbers.map(async (i) => {
          const body = { model, max_tokens: 200, messages: [{ role: 'user', content: `number ${i}` }] };
          if (i % 2 === 0) return (await client.messages.create(body)).content[0].text;
          return (await client.messages.stream(body).finalMessage()).content[0].text;
        }),
      );
      for (const i of numbers) assert.equal(texts[i], `echo number ${i} `.repeat(20).trim());
    });

    test('reasoning comes before the answer', async () => {
      const reply = { thinking: { text: 'Hm, let me think.', signature: 'c2ln' }, text: 'Yes.', usage: { input: 2, output: 9 } };
      provider.reply(reply, reply);
      const plain = await client.messages.create(ask());
      const streamed = await client.messages.stream(ask()).finalMessage();
      for (const answer of [plain, streamed]) {
        assert.deepEqual(answer.content.map((block) => block.thinking ?? block.text), ['Hm, let me think.', 'Yes.']);
      }
    });

    test('what the upstream refuses is a BadRequestError with its words', async () => {
      provider.reply({ status: 400, error: { type: 'invalid_request_error', message: 'temperature is too high' } });
      await assert.rejects(client.messages.create(ask()), (error) => {
        assert.ok(error instanceof Anthropic.BadRequestError, String(error));
        assert.match(error.message, /temperature is too high/);
        assert.equal(error.error.error.type, 'invalid_request_error');
        return true;
      });
    });

    test('an upstream\'s rate limit is a RateLimitError, its failures are InternalServerErrors', async () => {
      provider.reply({ status: 429, error: { type: 'rate_limit_error', message: 'slow down' }, headers: { 'retry-after': '1' } });
      await assert.rejects(client.messages.create(ask()), Anthropic.RateLimitError);
      provider.reply({ status: 500, error: { message: 'broken' } });
      await assert.rejects(client.messages.create(ask()), Anthropic.InternalServerError);
    });

    test('an error inside a stream is an APIError, after what came before it', async () => {
      provider.reply({ text: 'one two three', failAfter: 2, error: { type: 'overloaded_error', message: 'too busy' }, usage: { input: 5, output: 3 } });
      let text = '';
      await assert.rejects(
        async () => {
          for await (const event of await client.messages.create(ask({ stream: true }))) text += event.delta?.text ?? '';
        },
        (error) => {
          assert.ok(error instanceof Anthropic.APIError, String(error));
          return true;
        },
      );
      assert.equal(text, 'one two');
    });

    test('a stream that breaks off upstream does not end as if it were whole', async () => {
      provider.reply({ text: 'one two three', cutAfter: 2, usage: { input: 5, output: 3 } });
      await assert.rejects(client.messages.stream(ask()).finalMessage(), Anthropic.APIError);
      assert.equal(provider.calls.length, 1);
    });

    test('the SDK tries again after a 429 and a 500, and gets its answer', async () => {
      provider.reply(
        { status: 429, error: { type: 'rate_limit_error', message: 'slow down' }, headers: { 'retry-after': '0' } },
        { status: 500, error: { message: 'broken' } },
        { text: 'at last', usage: { input: 1, output: 2 } },
      );
      const answer = await clientWith({ maxRetries: 3 }).messages.create(ask());
      assert.equal(answer.content[0].text, 'at last');
      assert.equal(provider.calls.length, 3);
    });

    test('leaving a stream cancels the upstream, and what came is charged', async () => {
      provider.reply({ text: 'one two three four five six', hangAfter: 3, usage: { input: 5, output: 6 } });
      const { data: stream, response } = await client.messages.create(ask({ stream: true })).withResponse();
      let pieces = 0;
      for await (const event of stream) {
        if (event.delta?.text && ++pieces === 3) break;
      }
      assert.equal(await provider.last.left, true);
      const row = await stack.admin.logRow((r) => r.request_id === response.headers.get('x-request-id'), 'the call that was left');
      assert.ok(row.quota > 0 && row.completion_tokens > 0, JSON.stringify(row));
    });
  });
}

describe("Anthropic's SDK on its own dialect", () => {
  const model = 'claude-e2e';
  const ask = (more) => ({ model, max_tokens: 2000, messages: [{ role: 'user', content: 'Hello' }], ...more });
  const thinking = { text: 'Hm, let me think.', signature: 'c2lnbmF0dXJl' };

  test('thinking comes with its signature, plain and streamed, and goes back untouched', async () => {
    const reply = { thinking, text: 'Yes.', usage: { input: 2, output: 9 } };
    provider.reply(reply, reply);
    const budget = { type: 'enabled', budget_tokens: 1024 };
    const plain = await client.messages.create(ask({ thinking: budget }));
    assert.deepEqual(plain.content[0], { type: 'thinking', thinking: thinking.text, signature: thinking.signature });
    assert.deepEqual(provider.last.body.thinking, budget);
    const streamed = await client.messages.stream(ask({ thinking: budget })).finalMessage();
    assert.equal(streamed.content[0].thinking, thinking.text);
    assert.equal(streamed.content[0].signature, thinking.signature);
    assert.equal(streamed.content[1].text, 'Yes.');

    await client.messages.create(
      ask({ thinking: budget, messages: [{ role: 'user', content: 'Hello' }, { role: 'assistant', content: plain.content }, { role: 'user', content: 'Sure?' }] }),
    );
    assert.deepEqual(provider.last.body.messages[1].content, plain.content);
  });

  test('a stop sequence is named', async () => {
    provider.reply({ text: 'cut', stop: 'sequence', usage: { input: 1, output: 1 } });
    const answer = await client.messages.create(ask({ stop_sequences: ['END'] }));
    assert.equal(answer.stop_reason, 'stop_sequence');
    assert.equal(answer.stop_sequence, 'END');
  });

  test('what was written to and read from the cache is reported and charged apart', async () => {
    provider.reply({ text: 'Hi', usage: { input: 10, cached: 100, written: 50, output: 2 } });
    const { data, response } = await client.messages
      .create(ask({ system: [{ type: 'text', text: 'Long.', cache_control: { type: 'ephemeral' } }] }))
      .withResponse();
    assert.equal(data.usage.cache_read_input_tokens, 100);
    assert.equal(data.usage.cache_creation_input_tokens, 50);
    assert.deepEqual(provider.last.body.system[0].cache_control, { type: 'ephemeral' });
    const row = await stack.admin.logRow((r) => r.request_id === response.headers.get('x-request-id'), 'the call');
    assert.equal(row.prompt_tokens, 160);
  });

  test('headers that belong to the dialect arrive', async () => {
    await client.messages.create(ask(), { headers: { 'anthropic-beta': 'some-beta-2025-01-01' } });
    assert.equal(provider.last.headers['anthropic-beta'], 'some-beta-2025-01-01');
    assert.match(provider.last.headers['anthropic-version'], /^\d{4}-\d\d-\d\d$/);
    assert.equal(provider.last.headers['x-api-key'], 'upstream-secret-key');
    assert.ok(!JSON.stringify(provider.last.headers).includes(stack.token.key));
  });

  test('tokens are counted without a call of the model', async () => {
    const few = await client.messages.countTokens({ model, messages: [{ role: 'user', content: 'Hello' }] });
    const many = await client.messages.countTokens({ model, messages: [{ role: 'user', content: 'Hello '.repeat(1000) }] });
    assert.ok(few.input_tokens > 0 && many.input_tokens > few.input_tokens + 500, JSON.stringify({ few, many }));
    assert.equal(provider.calls.length, 0);
  });

  test('models are listed and retrieved', async () => {
    const ids = [];
    for await (const listed of client.models.list()) ids.push(listed.id);
    assert.ok(ids.includes(model) && ids.includes('gpt-e2e'), String(ids));
    assert.equal((await client.models.retrieve(model)).type, 'model');
    await assert.rejects(client.models.retrieve('no-such-model'), Anthropic.NotFoundError);
  });
});

describe("Anthropic's SDK, refused", () => {
  const ask = { model: 'claude-e2e', max_tokens: 100, messages: [{ role: 'user', content: 'Hello' }] };

  test('a wrong key is an AuthenticationError, by either header', async () => {
    const wrong = `sk-${'x'.repeat(48)}`;
    for (const credentials of [{ apiKey: wrong }, { apiKey: null, authToken: wrong }]) {
      await assert.rejects(clientWith(credentials).messages.create(ask), (error) => {
        assert.ok(error instanceof Anthropic.AuthenticationError, String(error));
        assert.equal(error.error.error.type, 'authentication_error');
        return true;
      });
    }
    assert.equal(provider.calls.length, 0);
  });

  test('a key works as a bearer token', async () => {
    const answer = await clientWith({ apiKey: null, authToken: stack.token.key }).messages.create(ask);
    assert.equal(answer.type, 'message');
  });

  test('an unknown model is an error of that name', async () => {
    await assert.rejects(client.messages.create({ ...ask, model: 'no-such-model' }), (error) => {
      assert.ok(error instanceof Anthropic.NotFoundError, String(error));
      assert.match(error.message, /no-such-model/);
      return true;
    });
  });

  test('a model that the token may not use is a PermissionDeniedError', async () => {
    const token = await stack.admin.addToken('limited', { setting: { limit_model_setting: { enabled: true, models: ['gpt-e2e'] } } });
    await assert.rejects(clientWith({ apiKey: token.key }).messages.create(ask), Anthropic.PermissionDeniedError);
  });

  test('a request without messages is a BadRequestError that names them', async () => {
    await assert.rejects(client.messages.create({ model: 'claude-e2e', max_tokens: 5 }), (error) => {
      assert.ok(error instanceof Anthropic.BadRequestError, String(error));
      assert.match(error.message, /messages/);
      return true;
    });
    assert.equal(provider.calls.length, 0);
  });
});
