import { useCallback, useEffect, useRef, useState } from 'react';
import { readEvents } from '../../api/eventStream';
import type { ChannelHeartbeat } from '../../api/generated';
import type { ApiRequest } from '../../api/request';

export interface RunState<Result> {
  phase: 'idle' | 'running' | 'stopped' | 'done' | 'failed';
  /** How many results there will be, once that is known. */
  total?: number;
  /** The newest first. */
  results: readonly Result[];
  error?: unknown;
}

export interface StreamedRun<Result> extends RunState<Result> {
  /** Resolves when it has ended, however it did. */
  start: (request: ApiRequest, total?: number) => Promise<void>;
  stop: () => void;
}

type RunEvent<Result> = ChannelHeartbeat | { type: 'start'; data: { total: number } } | { type: 'result'; data: Result } | { type: 'done' };

/** A test of many things, of which the gateway tells as it goes. It ends with whoever looks on. */
export function useStreamedRun<Result>(): StreamedRun<Result> {
  const [state, setState] = useState<RunState<Result>>({ phase: 'idle', results: [] });
  const running = useRef<AbortController>(null);

  const stop = useCallback(() => {
    if (!running.current) return;
    running.current.abort();
    running.current = null;
    setState((current) => ({ ...current, phase: 'stopped' }));
  }, []);

  const start = useCallback((request: ApiRequest, total?: number) => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setState({ phase: 'running', total, results: [] });
    const finish = (end: Partial<RunState<Result>>) => {
      if (running.current !== controller) return;
      running.current = null;
      setState((current) => ({ ...current, ...end }));
    };
    const tell = (event: RunEvent<Result>) => setState((current) => advance(current, event));
    return follow(request, controller.signal, tell).then(
      () => finish({ phase: 'done' }),
      (error: unknown) => finish({ phase: 'failed', error }),
    );
  }, []);

  useEffect(() => () => running.current?.abort(), []);
  return { ...state, start, stop };
}

async function follow<Result>(request: ApiRequest, signal: AbortSignal, tell: (event: RunEvent<Result>) => void): Promise<void> {
  for await (const { data } of readEvents(request, signal)) {
    tell(JSON.parse(data) as RunEvent<Result>);
  }
}

function advance<Result>(state: RunState<Result>, event: RunEvent<Result>): RunState<Result> {
  if (event.type === 'start') return { ...state, total: event.data.total };
  if (event.type === 'result') return { ...state, results: [event.data, ...state.results] };
  return state;
}
