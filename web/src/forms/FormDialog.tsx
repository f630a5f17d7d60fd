import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import { useId } from 'react';
import type { FieldValues } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { useFillsScreen } from '../components/useFillsScreen';
import { FormActions } from './FormActions';
import { FormBody } from './FormBody';
import type { FormSettings } from './formTypes';
import { useConsoleForm } from './useConsoleForm';

interface FormDialogProps<Input extends FieldValues, Output> extends FormSettings<Input, Output> {
  title: string;
  /** When it is done, or left. */
  onClose: () => void;
  maxWidth?: 'xs' | 'sm' | 'md';
}

/** A form in a dialog; render it while it is open. It fills the screen on phones. */
export function FormDialog<Input extends FieldValues, Output>({ title, onClose, maxWidth = 'sm', ...settings }: FormDialogProps<Input, Output>) {
  const { t } = useTranslation('forms');
  const id = useId();
  const fillsScreen = useFillsScreen();
  const done = () => {
    settings.onDone?.();
    onClose();
  };
  const engine = useConsoleForm({ ...settings, onDone: done });
  const busy = engine.form.formState.isSubmitting;
  const close = () => {
    if (!busy) engine.guard.request(onClose);
  };
  return (
    <Dialog open fullWidth fullScreen={fillsScreen} maxWidth={maxWidth} onClose={close} aria-labelledby={`${id}-title`}>
      <DialogTitle id={`${id}-title`} sx={{ overflowWrap: 'anywhere' }}>
        {title}
      </DialogTitle>
      <DialogContent>
        <FormBody id={id} engine={engine}>
          {settings.children}
        </FormBody>
      </DialogContent>
      <DialogActions>
        <Button color="inherit" onClick={close} disabled={busy}>
          {t('cancel')}
        </Button>
        <FormActions formId={id} engine={engine} submitLabel={settings.submitLabel} />
      </DialogActions>
    </Dialog>
  );
}
