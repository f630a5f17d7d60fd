import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogContentText from '@mui/material/DialogContentText';
import DialogTitle from '@mui/material/DialogTitle';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { SignInForm } from './SignInForm';
import { useAccount } from './useAccount';
import { useSession } from './useSession';

/** The session ended while somebody was at work: the page stays, with what was typed, and goes on after signing in. */
export function SignInAgainDialog() {
  const { t } = useTranslation('login');
  const account = useAccount();
  const { leave } = useSession();
  const titleId = useId();
  return (
    <Dialog open fullWidth maxWidth="xs" aria-labelledby={titleId}>
      <DialogTitle id={titleId}>{t('sessionEnded')}</DialogTitle>
      <DialogContent>
        <DialogContentText sx={{ mb: 2 }}>{t('sessionEndedText')}</DialogContentText>
        <SignInForm username={account.username} />
      </DialogContent>
      <DialogActions>
        <Button color="inherit" onClick={leave}>
          {t('leaveInstead')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
