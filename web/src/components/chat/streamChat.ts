import { readEvents } from '../../api/eventStream';
import type { ChatAnswer, ChatCompletion, ChatUsage, ModelError, PlaygroundRequest } from '../../api/generated';
import type { ApiProblem } from '../../api/problem';
import { answerProblem, sendRequest, transportProblem } from '../../api/request';
import type { Run } from './run';

/** What came with one piece of an answer. */
export interface ChatPiece {
  text: string;
  reasoning: string;
  facts: Pick<Run, 'requestId' | 'usage' | 'finishReason'>;
}

/** One event of a streamed answer. */
interface ChatChunk {
  choices?: { delta?: ChatAnswer; finish_reason?: string | null }[];
  usage?: ChatUsage | null;
  error?: ModelError['error'];
}

const url = '/pg/chat/completions';
const endOfStream = '[DONE]';

/** Calls a model as the one who is signed in. Throws an `ApiProblem`, also where the stream ends before its time. */
export async function* streamChat(request: PlaygroundRequest, signal: AbortSignal): AsyncGenerator<ChatPiece, void, void> {
  if (request.stream !== true) {
    yield await wholeAnswer(request, signal);
    return;
  }
  let requestId: string | undefined;
  const onOpen = (response: Response) => {
    requestId = requestIdOf(response);
  };
  const body: PlaygroundRequest = { ...request, stream_options: { include_usage: true } };
  for await (const { data } of readEvents({ url, method: 'POST', body }, signal, { onOpen })) {
    if (data === endOfStream) return;
    yield pieceOf(readChunk(data, requestId), requestId);
  }
  fail({ kind: 'network', message: '', requestId });
}

function readChunk(data: string, requestId: string | undefined): ChatChunk {
  const chunk = parse(data);
  if (chunk === undefined) fail({ kind: 'malformed', message: '', requestId });
  if (chunk.error) fail({ kind: 'rejected', message: chunk.error.message, requestId });
  return chunk;
}

function parse(data: string): ChatChunk | undefined {
  try {
    return JSON.parse(data) as ChatChunk;
  } catch {
    return undefined;
  }
}

function pieceOf({ choices, usage }: ChatChunk, requestId: string | undefined): ChatPiece {
  const choice = choices?.[0];
  const facts: ChatPiece['facts'] = { requestId };
  if (usage) facts.usage = usage;
  if (choice?.finish_reason) facts.finishReason = choice.finish_reason;
  return { ...wordsOf(choice?.delta), facts };
}

function wordsOf(answer: ChatAnswer | undefined): Pick<ChatPiece, 'text' | 'reasoning'> {
  return { text: answer?.content ?? answer?.refusal ?? '', reasoning: answer?.reasoning_content ?? '' };
}

async function wholeAnswer(request: PlaygroundRequest, signal: AbortSignal): Promise<ChatPiece> {
  const { response, text } = await answerTo(request, signal);
  const requestId = requestIdOf(response);
  if (!response.ok) fail(answerProblem(response, text));
  const answer = parseAnswer(text);
  if (!answer) fail({ kind: 'malformed', message: '', requestId });
  const [choice] = answer.choices;
  return { ...wordsOf(choice?.message), facts: { requestId, usage: answer.usage, finishReason: choice?.finish_reason ?? undefined } };
}

async function answerTo(body: PlaygroundRequest, signal: AbortSignal) {
  try {
    const response = await sendRequest({ url, method: 'POST', body }, signal);
    return { response, text: await response.text() };
  } catch (error) {
    fail(transportProblem(error));
  }
}

function parseAnswer(text: string): ChatCompletion | undefined {
  try {
    const answer = JSON.parse(text) as ChatCompletion;
    return Array.isArray(answer.choices) ? answer : undefined;
  } catch {
    return undefined;
  }
}

function requestIdOf(response: Response): string | undefined {
  return response.headers.get('X-Request-Id') ?? undefined;
}

function fail(problem: ApiProblem): never {
  throw problem as unknown;
}
