import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from './ErrorPanel';

interface LoadFailureDialogProps {
  error: unknown;
  onRetry: () => void;
  onClose: () => void;
}

/** In the place of a dialog whose object could not be read. */
export function LoadFailureDialog({ error, onRetry, onClose }: LoadFailureDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog open fullWidth maxWidth="xs" onClose={onClose} aria-label={t('loadFailed')}>
      <DialogContent>
        <ErrorPanel error={error} onRetry={onRetry} />
      </DialogContent>
      <DialogActions>
        <Button color="inherit" onClick={onClose} autoFocus>
          {t('close')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
