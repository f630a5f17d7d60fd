import { useCallback } from 'react';
import { keyVariable, shellWord } from '../../components/code/chatCode';
import { useServerAddress } from '../../components/code/useServerAddress';

interface CalledModel {
  model: string;
  stream: boolean;
  /** As the log names them; a chat in OpenAI's dialect where it does not say. */
  operation?: string;
  dialect?: string;
}

/** A request like one of the log, for a terminal. What was said is not kept, and the key is the environment's. */
export function useRequestCurl(): (call: CalledModel) => string {
  const server = useServerAddress();
  return useCallback((call) => requestAsCurl(server, call), [server]);
}

export function requestAsCurl(server: string, call: CalledModel): string {
  const { path, body } = requestOf(call);
  const streams = 'stream' in body;
  const isClaude = path.startsWith('/v1/messages');
  const headers = isClaude ? [`"x-api-key: $${keyVariable}"`, "'anthropic-version: 2023-06-01'"] : [`"Authorization: Bearer $${keyVariable}"`];
  return [
    `curl${streams ? ' --no-buffer' : ''} ${shellWord(server + path)}`,
    ...[...headers, "'Content-Type: application/json'"].map((header) => `  -H ${header}`),
    `  -d ${shellWord(JSON.stringify(body))}`,
  ].join(' \\\n');
}

const messages = [{ role: 'user', content: 'Hello' }];

function requestOf({ model, stream, operation = 'chat', dialect }: CalledModel): { path: string; body: Record<string, unknown> } {
  const streamed = stream ? { stream } : {};
  if (operation === 'count_tokens') return { path: '/v1/messages/count_tokens', body: { model, messages } };
  if (operation === 'embeddings' || operation === 'moderations') return { path: `/v1/${operation}`, body: { model, input: 'Hello' } };
  if (operation === 'completions') return { path: '/v1/completions', body: { model, ...streamed, prompt: 'Hello' } };
  if (dialect === 'claude') return { path: '/v1/messages', body: { model, max_tokens: 1024, ...streamed, messages } };
  return { path: '/v1/chat/completions', body: { model, ...streamed, messages } };
}
