import type { ApiCall } from '../../components/code/callCode';

interface LoggedCall {
  model: string;
  stream: boolean;
  /** As the log names them; a chat in OpenAI's dialect where it does not say. */
  operation?: string;
  dialect?: string;
}

const messages = [{ role: 'user', content: 'Hello' }];

/** A call like one of the log, to be made again. What was said is not kept. */
export function requestCall({ model, stream, operation = 'chat', dialect }: LoggedCall): ApiCall {
  const streamed = stream ? { stream } : {};
  if (operation === 'count_tokens') return { kind: 'countTokens', body: { model, messages } };
  if (operation === 'embeddings' || operation === 'moderations') return { kind: operation, body: { model, input: 'Hello' } };
  if (operation === 'completions') return { kind: 'completions', body: { model, ...streamed, prompt: 'Hello' } };
  if (dialect === 'claude') return { kind: 'messages', body: { model, max_tokens: 1024, ...streamed, messages } };
  return { kind: 'chat', body: { model, ...streamed, messages } };
}
