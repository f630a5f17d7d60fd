import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useId } from 'react';
import type { FieldValues } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { aboveBottomBar } from '../layout/bottomBarHeight';
import { FormActions } from './FormActions';
import { FormBody } from './FormBody';
import type { FormSettings } from './formTypes';
import { useConsoleForm } from './useConsoleForm';

interface FormPageProps<Input extends FieldValues, Output> extends FormSettings<Input, Output> {
  /** Where "Cancel" leads; without it there is none. */
  onCancel?: () => void;
  /** Keeps the buttons in sight, for forms longer than the window. */
  sticky?: boolean;
}

const inSight = { position: 'sticky', bottom: aboveBottomBar(0), py: 1.5, bgcolor: 'background.default', borderTop: 1, borderColor: 'divider', zIndex: 1 };

/** A form as a page or a section of one. */
export function FormPage<Input extends FieldValues, Output>({ onCancel, sticky = false, ...settings }: FormPageProps<Input, Output>) {
  const { t } = useTranslation('forms');
  const id = useId();
  const engine = useConsoleForm(settings);
  return (
    <>
      <FormBody id={id} engine={engine}>
        {settings.children}
      </FormBody>
      <Box sx={[{ display: 'flex', justifyContent: 'flex-end', gap: 1, mt: 2 }, sticky && inSight]}>
        {onCancel && (
          <Button color="inherit" onClick={() => engine.guard.request(onCancel)}>
            {t('cancel')}
          </Button>
        )}
        <FormActions formId={id} engine={engine} submitLabel={settings.submitLabel} />
      </Box>
    </>
  );
}
