import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogContentText from '@mui/material/DialogContentText';
import DialogTitle from '@mui/material/DialogTitle';
import { useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { managementApi } from '../api/endpoints';
import type { SessionState } from '../api/generated';
import { useAppDispatch } from '../app/store';
import { sessionStage } from './sessionStage';
import { useSignOut } from '../layout/useSignOut';

const { getUserSelf } = managementApi.endpoints;

/** Watches the session's end: whoever is away from the console is warned, and whoever is at it keeps the session. */
export function SessionWatch() {
  const { data, fulfilledTimeStamp } = getUserSelf.useQueryState();
  if (!data?.session || fulfilledTimeStamp === undefined) return null;
  return <Watch session={data.session} readAt={fulfilledTimeStamp} />;
}

function Watch({ session, readAt }: { session: SessionState; readAt: number }) {
  const dispatch = useAppDispatch();
  const [now, setNow] = useState(readAt);
  const stage = sessionStage(session, readAt, Math.max(now, readAt));
  useEffect(() => {
    const timer = setTimeout(() => setNow(Date.now()), stage.nextLookMs);
    return () => clearTimeout(timer);
  });
  const { mustRead } = stage;
  useEffect(() => {
    if (mustRead) void dispatch(getUserSelf.initiate(undefined, { forceRefetch: true, subscribe: false }));
  }, [dispatch, mustRead, readAt]);
  return stage.warns ? <Warning leftS={stage.leftS} /> : null;
}

function Warning({ leftS }: { leftS: number }) {
  const { t } = useTranslation('password');
  const dispatch = useAppDispatch();
  const signOut = useSignOut();
  const titleId = useId();
  // Pressing the button is input, so that the gateway counts this call as use.
  const stay = () => void dispatch(getUserSelf.initiate(undefined, { forceRefetch: true, subscribe: false }));
  return (
    <Dialog open fullWidth maxWidth="xs" role="alertdialog" aria-labelledby={titleId} onClose={stay}>
      <DialogTitle id={titleId}>{t('idle.title')}</DialogTitle>
      <DialogContent>
        <DialogContentText>{t('idle.text', { left: `${Math.floor(leftS / 60)}:${String(leftS % 60).padStart(2, '0')}` })}</DialogContentText>
      </DialogContent>
      <DialogActions>
        <Button color="inherit" onClick={signOut}>
          {t('idle.leave')}
        </Button>
        <Button variant="contained" autoFocus onClick={stay}>
          {t('idle.stay')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
