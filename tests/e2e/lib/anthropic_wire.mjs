// Anthropic's wire form of a neutral reply (see provider.mjs).
import { randomUUID } from 'node:crypto';
import { piecesOf } from './provider.mjs';

const STOP = { stop: 'end_turn', length: 'max_tokens', tools: 'tool_use', sequence: 'stop_sequence' };

export function anthropicError({ type = 'api_error', message = 'it failed' }) {
  return { type: 'error', error: { type, message }, request_id: 'req_e2e' };
}

/** What a real server would refuse. @return a message, or null. */
export function checkAnthropic(body, headers) {
  if (!headers['anthropic-version']) return 'anthropic-version: header is required';
  if (!Number.isInteger(body.max_tokens)) return 'max_tokens: Field required';
  if (!Array.isArray(body.messages) || body.messages.length === 0) return 'messages: at least one message is required';
  if (body.messages[0].role !== 'user') return 'messages: first message must use the "user" role';
  let open = new Set();
  for (const [i, message] of body.messages.entries()) {
    if (message.role !== 'user' && message.role !== 'assistant') return `messages.${i}.role: unknown role '${message.role}'`;
    const blocks = Array.isArray(message.content) ? message.content : [];
    for (const block of blocks.filter((b) => b.type === 'tool_result')) {
      if (!open.delete(block.tool_use_id)) return `messages.${i}: unexpected tool_use_id '${block.tool_use_id}' in a tool_result`;
    }
    if (open.size > 0) return `messages.${i}: tool_use ids without tool_result blocks: ${[...open].join(', ')}`;
    open = new Set(blocks.filter((b) => b.type === 'tool_use').map((b) => b.id));
  }
  for (const tool of body.tools ?? []) if (!tool.name || !tool.input_schema) return 'tools: name and input_schema are required';
  return null;
}

function blocksOf(reply) {
  const blocks = [];
  if (reply.thinking) blocks.push({ type: 'thinking', thinking: reply.thinking.text, signature: reply.thinking.signature });
  if (reply.text) blocks.push({ type: 'text', text: reply.text });
  for (const tool of reply.tools ?? []) blocks.push({ type: 'tool_use', id: tool.id, name: tool.name, input: tool.input });
  return blocks;
}

function usageOf({ input = 0, cached = 0, written = 0, output = 0 } = {}) {
  return { input_tokens: input, cache_creation_input_tokens: written, cache_read_input_tokens: cached, output_tokens: output, service_tier: 'standard' };
}

function messageOf(reply, body) {
  const stop = reply.stop ?? (reply.tools ? 'tools' : 'stop');
  return {
    id: `msg_${randomUUID()}`,
    type: 'message',
    role: 'assistant',
    model: body.model,
    content: blocksOf(reply),
    stop_reason: STOP[stop],
    stop_sequence: stop === 'sequence' ? (body.stop_sequences?.[0] ?? null) : null,
    usage: usageOf(reply.usage),
  };
}

export const anthropicPlain = messageOf;

function* deltasOf(block) {
  if (block.type === 'thinking') {
    for (const piece of piecesOf(block.thinking)) yield { delta: { type: 'thinking_delta', thinking: piece } };
    yield { delta: { type: 'signature_delta', signature: block.signature } };
  } else if (block.type === 'text') {
    for (const piece of piecesOf(block.text)) yield { delta: { type: 'text_delta', text: piece }, text: true };
  } else {
    for (const piece of JSON.stringify(block.input).match(/.{1,5}/gsu)) yield { delta: { type: 'input_json_delta', partial_json: piece } };
  }
}

const EMPTY = { thinking: { thinking: '', signature: '' }, text: { text: '' }, tool_use: { input: {} } };

export function* anthropicStream(reply, body) {
  const event = (data, text) => ({ name: data.type, data, text });
  const message = messageOf(reply, body);
  const started = { ...message, content: [], stop_reason: null, stop_sequence: null, usage: { ...message.usage, output_tokens: 1 } };
  yield event({ type: 'message_start', message: started });
  yield event({ type: 'ping' });
  for (const [index, block] of message.content.entries()) {
    yield event({ type: 'content_block_start', index, content_block: { ...block, ...EMPTY[block.type] } });
    for (const { delta, text } of deltasOf(block)) yield event({ type: 'content_block_delta', index, delta }, text);
    yield event({ type: 'content_block_stop', index });
  }
  yield event({
    type: 'message_delta',
    delta: { stop_reason: message.stop_reason, stop_sequence: message.stop_sequence },
    usage: { output_tokens: message.usage.output_tokens },
  });
  yield event({ type: 'message_stop' });
}
