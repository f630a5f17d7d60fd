import { useCallback, useEffect, useRef, useState } from 'react';
import { managementApi } from '../../api/endpoints';
import { readEvents } from '../../api/eventStream';
import type { ChannelRunEvent, ChannelRunResult } from '../../api/generated';
import { useAppDispatch } from '../../app/store';

export type RunResult = ChannelRunResult;

interface RunState {
  phase: 'idle' | 'running' | 'stopped' | 'done' | 'failed';
  /** How many channels will be tested, once that is known. */
  total?: number;
  /** The newest first. */
  results: readonly RunResult[];
  error?: unknown;
}

export interface ChannelRun extends RunState {
  start: (scope: 'all' | 'disabled') => void;
  stop: () => void;
}

const idle: RunState = { phase: 'idle', results: [] };

/** A test of many channels, of which the gateway tells as it goes. It ends with whoever looks on. */
export function useChannelRun(): ChannelRun {
  const dispatch = useAppDispatch();
  const [state, setState] = useState(idle);
  const running = useRef<AbortController>(null);

  const stop = useCallback(() => {
    if (!running.current) return;
    running.current.abort();
    running.current = null;
    setState((current) => ({ ...current, phase: 'stopped' }));
  }, []);

  const start = useCallback(
    (scope: 'all' | 'disabled') => {
      running.current?.abort();
      const controller = new AbortController();
      running.current = controller;
      setState({ ...idle, phase: 'running' });
      const finish = (end: Partial<RunState>) => {
        if (running.current !== controller) return;
        running.current = null;
        setState((current) => ({ ...current, ...end }));
      };
      void follow(scope, controller.signal, (event) => setState((current) => advance(current, event)))
        .then(
          () => finish({ phase: 'done' }),
          (error: unknown) => finish({ phase: 'failed', error }),
        )
        .finally(() => dispatch(managementApi.util.invalidateTags(['channels'])));
    },
    [dispatch],
  );

  useEffect(() => () => running.current?.abort(), []);
  return { ...state, start, stop };
}

async function follow(scope: string, signal: AbortSignal, tell: (event: ChannelRunEvent) => void): Promise<void> {
  for await (const { data } of readEvents({ url: '/api/sse/channel/test_all', params: { scope } }, signal)) {
    tell(JSON.parse(data) as ChannelRunEvent);
  }
}

function advance(state: RunState, event: ChannelRunEvent): RunState {
  if (event.type === 'start') return { ...state, total: event.data.total };
  if (event.type === 'result') return { ...state, results: [event.data, ...state.results] };
  return state;
}
