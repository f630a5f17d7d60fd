import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogContentText from '@mui/material/DialogContentText';
import DialogTitle from '@mui/material/DialogTitle';
import { type SyntheticEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { managementApi } from '../api/endpoints';
import { usePostUserSelfProveMutation } from '../api/generated';
import { type ApiProblem, toProblem } from '../api/problem';
import { useAppDispatch } from '../app/store';
import { ProblemDetails } from '../components/feedback/ProblemDetails';
import { PasswordInput } from '../components/PasswordInput';
import { useSecondsLeft } from '../components/useSecondsLeft';
import { visuallyHidden } from '../theme/visuallyHidden';
import { givenPassword } from './interruptions';
import { passwordSettled } from './sessionSlice';
import { useAccount } from './useAccount';

/** Asks for the password once more. What asked for it then goes on, with everything that was typed. */
export function PasswordDialog() {
  const { t } = useTranslation(['password', 'login', 'common']);
  const dispatch = useAppDispatch();
  const { username } = useAccount();
  const [prove] = usePostUserSelfProveMutation();
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem>();
  const waitS = useSecondsLeft(problem?.retryAfterS);
  const titleId = useId();

  const settle = (given: boolean) => {
    dispatch(passwordSettled());
    givenPassword.settle(given);
  };
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      await prove({ body: { password } }).unwrap();
      settle(true);
      // Keys that were left out are there now.
      dispatch(managementApi.util.invalidateTags(['channels', 'people', 'tokens']));
    } catch (error) {
      setProblem(toProblem(error));
      setBusy(false);
    }
  };

  return (
    <Dialog open fullWidth maxWidth="xs" aria-labelledby={titleId} onClose={busy ? undefined : () => settle(false)}>
      <form onSubmit={submit}>
        <DialogTitle id={titleId}>{t('title')}</DialogTitle>
        <DialogContent>
          <DialogContentText sx={{ mb: 2 }}>{t('text')}</DialogContentText>
          {/* Password managers look for whose password it is. */}
          <Box component="input" type="text" autoComplete="username" value={username} readOnly tabIndex={-1} aria-hidden sx={visuallyHidden} />
          <PasswordInput label={t('login:password')} value={password} onChange={setPassword} autoComplete="current-password" required autoFocus />
          {problem && (
            <Alert severity="error" sx={{ mt: 2 }}>
              {waitS > 0 ? t('login:waitFor', { count: waitS }) : <ProblemDetails problem={problem} />}
            </Alert>
          )}
        </DialogContent>
        <DialogActions>
          <Button color="inherit" onClick={() => settle(false)} disabled={busy}>
            {t('common:cancel')}
          </Button>
          <Button type="submit" variant="contained" loading={busy} disabled={waitS > 0}>
            {t('confirm')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
