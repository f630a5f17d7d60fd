import { useMemo } from 'react';
import { type ApiProblem, toProblem } from '../../api/problem';
import { useAppDispatch } from '../../app/store';
import { noticeShown } from './noticesSlice';
import { rememberUndo } from './undo';

export interface Notify {
  success: (text: string) => void;
  info: (text: string) => void;
  /** `text` says what could not be done; the problem says why and carries the request's id. */
  failure: (text: string, error: unknown) => void;
  /** Says what was done, and offers the way back for ten seconds. */
  undoable: (text: string, undo: () => void | Promise<void>) => void;
}

export function useNotify(): Notify {
  const dispatch = useAppDispatch();
  return useMemo(() => {
    const show = (severity: 'success' | 'info' | 'error', text: string, problem?: ApiProblem) =>
      dispatch(noticeShown({ severity, text, problem }));
    return {
      success: (text) => show('success', text),
      info: (text) => show('info', text),
      failure: (text, error) => show('error', text, toProblem(error)),
      undoable: (text, undo) => {
        const { payload } = dispatch(noticeShown({ severity: 'success', text, canUndo: true }));
        rememberUndo(payload.id, undo);
      },
    };
  }, [dispatch]);
}
