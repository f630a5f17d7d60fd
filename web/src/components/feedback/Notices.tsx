import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAppDispatch, useAppSelector } from '../../app/store';
import { aboveBottomBar } from '../../layout/bottomBarHeight';
import { type Notice, noticeClosed } from './noticesSlice';
import { ProblemDetails } from './ProblemDetails';
import { forgetUndo, undoKey } from './undo';
import { useUndo } from './useUndo';

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
  const [held, setHeld] = useState(false);
  useTimeout(close, notice.canUndo ? shownForMs.undo : shownForMs[notice.severity], held);
  return (
    <Alert
      severity={notice.severity}
      variant="standard"
      elevation={6}
      onClose={close}
      closeText={t('close')}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
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
  const undo = useUndo();
  return (
    <Button color="inherit" size="small" aria-keyshortcuts={undoKey} onClick={() => void undo(notice.id)} sx={{ ml: 1, textDecoration: 'underline' }}>
      {t('undo')}
    </Button>
  );
}

/** Starts anew when somebody has looked at the notice, or been in it with the keyboard. */
function useTimeout(action: () => void, delayMs: number, held: boolean) {
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
    // A notice does not change while it is shown.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [held]);
}
