// OpenAI's wire form of a neutral reply (see provider.mjs).
import { randomUUID } from 'node:crypto';
import { piecesOf } from './provider.mjs';

const FINISH = { stop: 'stop', length: 'length', tools: 'tool_calls', sequence: 'stop' };

export function openaiError({ type = 'server_error', message = 'it failed', code = null, param = null }) {
  return { error: { message, type, param, code } };
}

/** What a real server would refuse. @return a message, or null. */
export function checkOpenai(body) {
  if (!Array.isArray(body.messages) || body.messages.length === 0) return 'messages must not be empty';
  let open = new Set();
  for (const message of body.messages) {
    if (message.role === 'tool') {
      if (!open.delete(message.tool_call_id)) return `no tool call '${message.tool_call_id}' waits for a result`;
      continue;
    }
    if (open.size > 0) return `tool calls without a result: ${[...open].join(', ')}`;
    if (message.role === 'assistant') open = new Set((message.tool_calls ?? []).map((call) => call.id));
  }
  for (const tool of body.tools ?? []) {
    if (tool.type !== 'function' || !tool.function?.name) return 'a tool without type or name';
  }
  return open.size > 0 ? 'tool calls without a result' : null;
}

function usageOf({ input = 0, cached = 0, written = 0, output = 0 } = {}, thinking) {
  const prompt = input + cached + written;
  return {
    prompt_tokens: prompt,
    completion_tokens: output,
    total_tokens: prompt + output,
    prompt_tokens_details: { cached_tokens: cached, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: thinking ? 1 : 0, audio_tokens: 0, accepted_prediction_tokens: 0, rejected_prediction_tokens: 0 },
  };
}

function toolCall(tool, args) {
  return { id: tool.id, type: 'function', function: { name: tool.name, arguments: args } };
}

export function openaiPlain(reply, body) {
  const message = { role: 'assistant', content: reply.text ?? null, refusal: null, annotations: [] };
  if (reply.thinking) message.reasoning_content = reply.thinking.text;
  if (reply.tools) message.tool_calls = reply.tools.map((tool) => toolCall(tool, JSON.stringify(tool.input)));
  const stop = reply.stop ?? (reply.tools ? 'tools' : 'stop');
  return {
    id: `chatcmpl-${randomUUID()}`,
    object: 'chat.completion',
    created: 1_750_000_000,
    model: body.model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: FINISH[stop] }],
    usage: usageOf(reply.usage, reply.thinking),
    service_tier: 'default',
    system_fingerprint: 'fp_e2e',
  };
}

export function* openaiStream(reply, body) {
  const base = { id: `chatcmpl-${randomUUID()}`, object: 'chat.completion.chunk', created: 1_750_000_000, model: body.model, system_fingerprint: 'fp_e2e' };
  const usage = body.stream_options?.include_usage ? { usage: null } : {};
  const chunk = (delta, finish = null) => ({ ...base, choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }], ...usage });
  yield { data: chunk({ role: 'assistant', content: '', refusal: null }) };
  if (reply.thinking) for (const piece of piecesOf(reply.thinking.text)) yield { data: chunk({ reasoning_content: piece }) };
  for (const piece of piecesOf(reply.text ?? '')) yield { data: chunk({ content: piece }), text: true };
  for (const [index, tool] of (reply.tools ?? []).entries()) {
    yield { data: chunk({ tool_calls: [{ index, ...toolCall(tool, '') }] }) };
    for (const piece of JSON.stringify(tool.input).match(/.{1,5}/gsu)) {
      yield { data: chunk({ tool_calls: [{ index, function: { arguments: piece } }] }) };
    }
  }
  yield { data: chunk({}, FINISH[reply.stop ?? (reply.tools ? 'tools' : 'stop')]) };
  if (body.stream_options?.include_usage) yield { data: { ...base, choices: [], usage: usageOf(reply.usage, reply.thinking) } };
  yield { data: '[DONE]' };
}

export function embeddingsAnswer(reply, body) {
  const inputs = Array.isArray(body.input) ? body.input : [body.input];
  const vector = [0.25, -0.5, 0.125];
  const bytes = Buffer.alloc(vector.length * 4);
  vector.forEach((value, i) => bytes.writeFloatLE(value, i * 4));
  return {
    object: 'list',
    data: inputs.map((_, index) => ({ object: 'embedding', index, embedding: body.encoding_format === 'base64' ? bytes.toString('base64') : vector })),
    model: body.model,
    usage: { prompt_tokens: 8, total_tokens: 8 },
  };
}

export function moderationsAnswer(reply, body) {
  const inputs = Array.isArray(body.input) ? body.input : [body.input];
  return {
    id: `modr-${randomUUID()}`,
    model: body.model,
    results: inputs.map((text) => {
      const flagged = /kill/.test(text);
      return { flagged, categories: { violence: flagged, hate: false }, category_scores: { violence: flagged ? 0.9 : 0.01, hate: 0.01 } };
    }),
  };
}

const completion = (body, text, finish) => ({
  id: `cmpl-${randomUUID()}`,
  object: 'text_completion',
  created: 1_750_000_000,
  model: body.model,
  choices: [{ index: 0, text, logprobs: null, finish_reason: finish }],
});

export function completionsAnswer(reply, body) {
  return { ...completion(body, reply.text, 'stop'), usage: usageOf(reply.usage) };
}

export function* completionsStream(reply, body) {
  for (const piece of piecesOf(reply.text)) yield { data: completion(body, piece, null), text: true };
  yield { data: completion(body, '', 'stop') };
  if (body.stream_options?.include_usage) yield { data: { ...completion(body, '', null), choices: [], usage: usageOf(reply.usage) } };
  yield { data: '[DONE]' };
}
