import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '../../api/problem';
import { useAppDispatch, useAppSelector } from '../../app/store';
import { aboveBottomBar } from '../../layout/bottomBarHeight';
import { type Notice, noticeClosed } from './noticesSlice';
import { ProblemDetails } from './ProblemDetails';
import { forgetUndo, runUndo } from './undo';
import { useNotify } from './useNotify';

const shownForMs = { success: 5_000, info: 8_000, error: 20_000, undo: 10_000 };

/** The toasts: a live region at the edge of the window, one alert a notice, the newest last. */
export function Notices() {
  const notices = useAppSelector((state) => state.notices);
  const { t } = useTranslation();
  return (
    <Box
      role="region"
      aria-label={t('notices')}
      aria-live="polite"
      sx={{ position: 'fixed', zIndex: 'snackbar', right: 16, bottom: aboveBottomBar(16), left: { xs: 16, sm: 'auto' }, width: { sm: 420 } }}
    >
      {notices.map((notice) => (
        <NoticeAlert key={notice.id} notice={notice} />
      ))}
    </Box>
  );
}

function NoticeAlert({ notice }: { notice: Notice }) {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const close = () => {
    forgetUndo(notice.id);
    dispatch(noticeClosed(notice.id));
  };
  useTimeout(close, notice.canUndo ? shownForMs.undo : shownForMs[notice.severity]);
  return (
    <Alert
      severity={notice.severity}
      variant="standard"
      elevation={6}
      onClose={close}
      closeText={t('close')}
      sx={{ mt: 1, overflowWrap: 'anywhere', maxHeight: '40vh', overflow: 'auto', alignItems: 'flex-start' }}
    >
      {notice.text}
      {notice.problem && <ProblemDetails problem={notice.problem} />}
      {notice.canUndo && <UndoButton notice={notice} />}
    </Alert>
  );
}

function UndoButton({ notice }: { notice: Notice }) {
  const { t } = useTranslation();
  const dispatch = useAppDispatch();
  const notify = useNotify();
  const undo = async () => {
    dispatch(noticeClosed(notice.id));
    try {
      await runUndo(notice.id);
      notify.info(t('undone'));
    } catch (error) {
      notify.failure(t('undoFailed'), toProblem(error));
    }
  };
  return (
    <Button color="inherit" size="small" onClick={undo} sx={{ ml: 1, textDecoration: 'underline' }}>
      {t('undo')}
    </Button>
  );
}

function useTimeout(action: () => void, delayMs: number) {
  useEffect(() => {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
    // Runs once: a notice does not change while it is shown.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
}
