import { answerProblem, type ApiRequest, sendRequest, transportProblem } from './request';

export interface StreamEvent {
  /** "message" unless the gateway names it. */
  event: string;
  data: string;
  id?: string;
}

interface StreamOptions {
  /** Given the head of the answer, before its first event. */
  onOpen?: (response: Response) => void;
}

/**
 * The events of a stream, as they come. Ends when the gateway ends it or `signal` aborts; throws an `ApiProblem` when the call is
 * refused or breaks off.
 */
export async function* readEvents(request: ApiRequest, signal: AbortSignal, { onOpen }: StreamOptions = {}): AsyncGenerator<StreamEvent, void> {
  const response = await open(request, signal);
  onOpen?.(response);
  const parser = new EventParser();
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const chunk = await reader?.read();
      if (!chunk || chunk.done) return;
      yield* parser.push(chunk.value);
    }
  } catch (error) {
    if (signal.aborted) return;
    throw transportProblem(error);
  } finally {
    reader?.cancel().catch(() => undefined);
  }
}

async function open(request: ApiRequest, signal: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await sendRequest(request, signal, 'text/event-stream, application/json');
  } catch (error) {
    throw transportProblem(error);
  }
  const isStream = response.headers.get('Content-Type')?.startsWith('text/event-stream') ?? false;
  if (!response.ok || !isStream) throw answerProblem(response, await response.text());
  return response;
}

/** Cuts text into events, wherever the network has cut it. */
export class EventParser {
  private rest = '';
  private fields: { event?: string; id?: string; data: string[] } = { data: [] };

  push(text: string): StreamEvent[] {
    const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.line(line) ?? []);
  }

  private line(line: string): StreamEvent | undefined {
    if (line === '') return this.finish();
    const [, name, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (name === 'data') this.fields.data.push(value);
    if (name === 'event') this.fields.event = value;
    if (name === 'id') this.fields.id = value;
    return undefined;
  }

  private finish(): StreamEvent | undefined {
    const { event = 'message', id, data } = this.fields;
    this.fields = { data: [] };
    return data.length > 0 ? { event, id, data: data.join('\n') } : undefined;
  }
}
