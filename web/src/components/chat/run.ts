import type { ChatUsage, PlaygroundRequest } from '../../api/generated';
import { type ApiProblem, toProblem } from '../../api/problem';
import { paced } from './paced';
import { streamChat } from './streamChat';

/**
 * `stopped`: by whoever asked. `broken`: the answer began and did not come to its end, such as when the gateway restarts.
 * `failed`: there was no answer.
 */
export type RunStatus = 'running' | 'done' | 'stopped' | 'broken' | 'failed';

/** One model call of the console, with what is known of it so far. */
export interface Run {
  status: RunStatus;
  model: string;
  text: string;
  reasoning: string;
  requestId?: string;
  usage?: ChatUsage;
  finishReason?: string;
  /** Until the first word of the answer, or of what the model thought. */
  firstTokenMs?: number;
  durationMs?: number;
  problem?: ApiProblem;
  /** In quota; null if the gateway's log says nothing of the call. Absent while it is not known. */
  charged?: number | null;
}

export interface RunOptions {
  signal: AbortSignal;
  /** Called as the answer grows, some twenty times a second at most. */
  onProgress: (run: Run) => void;
}

const progressEveryMs = 50;

export function newRun(model: string): Run {
  return { status: 'running', model, text: '', reasoning: '' };
}

/** Calls a model and follows the answer to its end, whatever that is. Never rejects. */
export async function performRun(request: PlaygroundRequest, { signal, onProgress }: RunOptions): Promise<Run> {
  const startMs = performance.now();
  const elapsedMs = () => Math.round(performance.now() - startMs);
  let run = newRun(request.model);
  const progress = paced(progressEveryMs, onProgress);
  try {
    for await (const event of streamChat(request, signal)) {
      run = { ...run, ...event.facts, text: run.text + event.text, reasoning: run.reasoning + event.reasoning };
      if (event.text || event.reasoning) run.firstTokenMs ??= elapsedMs();
      progress.put(run);
    }
    run = { ...run, status: 'done' };
  } catch (error) {
    run = { ...run, ...endOf(run, error, signal) };
  } finally {
    progress.stop();
  }
  return { ...run, durationMs: elapsedMs() };
}

function endOf(run: Run, error: unknown, signal: AbortSignal): Partial<Run> {
  if (signal.aborted) return { status: 'stopped' };
  const hasBegun = run.text !== '' || run.reasoning !== '';
  const problem = toProblem(error);
  return { status: hasBegun ? 'broken' : 'failed', problem, requestId: problem.requestId ?? run.requestId };
}
