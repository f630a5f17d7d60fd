import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogContentText from '@mui/material/DialogContentText';
import DialogTitle from '@mui/material/DialogTitle';
import TextField from '@mui/material/TextField';
import { type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from './feedback/ErrorPanel';

interface ConfirmDialogProps {
  title: string;
  /** What will happen, and to how much. */
  text: ReactNode;
  /** The verb on the button: "Delete". */
  confirmLabel: string;
  danger?: boolean;
  /** To be typed first, for what cannot be undone. */
  typed?: string;
  /** The dialog closes when it resolves; when it rejects, the dialog stays and says why. */
  onConfirm: () => unknown;
  onClose: () => void;
}

/** Render it while the question is open. */
export function ConfirmDialog({ title, text, confirmLabel, danger = false, typed, onConfirm, onClose }: ConfirmDialogProps) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [entered, setEntered] = useState('');
  const id = useId();
  const confirm = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await onConfirm();
      onClose();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <Dialog open fullWidth maxWidth="xs" role="alertdialog" aria-labelledby={`${id}-title`} aria-describedby={`${id}-text`} onClose={busy ? undefined : onClose}>
      <DialogTitle id={`${id}-title`} sx={{ overflowWrap: 'anywhere' }}>
        {title}
      </DialogTitle>
      <DialogContent>
        <DialogContentText id={`${id}-text`} component="div" sx={{ overflowWrap: 'anywhere' }}>
          {text}
        </DialogContentText>
        {typed !== undefined && (
          <TextField sx={{ mt: 2 }} label={t('typeToConfirm', { text: typed })} value={entered} onChange={(event) => setEntered(event.target.value)} autoComplete="off" autoFocus />
        )}
        {error !== undefined && <ErrorPanel title={t('notDone')} error={error} />}
      </DialogContent>
      <DialogActions>
        <Button color="inherit" onClick={onClose} disabled={busy} autoFocus={typed === undefined}>
          {t('cancel')}
        </Button>
        <Button variant="contained" color={danger ? 'error' : 'primary'} onClick={confirm} loading={busy} disabled={typed !== undefined && entered !== typed}>
          {confirmLabel}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
