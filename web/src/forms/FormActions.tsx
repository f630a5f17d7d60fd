import Button from '@mui/material/Button';
import type { FieldValues } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import type { ConsoleForm } from './useConsoleForm';

interface FormActionsProps<Input extends FieldValues, Output> {
  formId: string;
  engine: ConsoleForm<Input, Output>;
  submitLabel?: string;
}

export function FormActions<Input extends FieldValues, Output>({ formId, engine, submitLabel }: FormActionsProps<Input, Output>) {
  const { t } = useTranslation('forms');
  if (engine.conflict) return null;
  return (
    <>
      {engine.reviewing && <Button onClick={engine.backToForm}>{t('back')}</Button>}
      <Button type="submit" form={formId} variant="contained" loading={engine.form.formState.isSubmitting}>
        {submitLabel ?? t('save')}
      </Button>
    </>
  );
}
