import { useCallback, useEffect, useRef, useState } from 'react';
import type { PlaygroundRequest } from '../../api/generated';
import { useAppDispatch } from '../../app/store';
import { sessionExpired } from '../../auth/sessionSlice';
import { findCharge } from './findCharge';
import { newRun, performRun, type Run } from './run';

/** One model call at a time, which ends when the caller goes away. */
export function useRun() {
  const dispatch = useAppDispatch();
  const [run, setRun] = useState<Run>();
  const current = useRef<AbortController>(undefined);
  useEffect(() => () => current.current?.abort(), []);
  const start = useCallback(
    async (request: PlaygroundRequest) => {
      current.current?.abort();
      const controller = new AbortController();
      current.current = controller;
      const show = (next: Run) => {
        if (current.current === controller) setRun(next);
      };
      show(newRun(request.model));
      const finished = await performRun(request, { signal: controller.signal, onProgress: show });
      show(finished);
      if (finished.problem?.kind === 'signedOut') dispatch(sessionExpired());
      if (finished.requestId) show({ ...finished, charged: await findCharge(dispatch, finished.requestId) });
    },
    [dispatch],
  );
  const stop = useCallback(() => current.current?.abort(), []);
  return { run, start, stop };
}
