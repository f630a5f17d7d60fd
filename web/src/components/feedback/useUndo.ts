import { useTranslation } from 'react-i18next';
import { toProblem } from '../../api/problem';
import { useAppDispatch } from '../../app/store';
import { noticeClosed } from './noticesSlice';
import { runUndo } from './undo';
import { useNotify } from './useNotify';

/** Takes back what a notice tells, and says how that went. */
export function useUndo(): (noticeId: string) => Promise<void> {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const notify = useNotify();
  return async (noticeId) => {
    dispatch(noticeClosed(noticeId));
    try {
      await runUndo(noticeId);
      notify.info(t('undone'));
    } catch (error) {
      notify.failure(t('undoFailed'), toProblem(error));
    }
  };
}
