import Button from '@mui/material/Button';
import InputAdornment from '@mui/material/InputAdornment';
import MuiTextField from '@mui/material/TextField';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PasswordInput } from '../../components/PasswordInput';
import { monospace } from '../../theme/theme';
import { type FieldProps, textOf, useField } from './useField';

interface SecretFieldProps extends FieldProps {
  /** Whether there is one already: it stays, unseen, until it is replaced. */
  isSet: boolean;
  /** Several, one a line, such as a channel's keys. */
  multiline?: boolean;
}

/** A secret: set or not, never shown, replaced by a new one. Empty in the form means that it stays. */
export function SecretField(props: SecretFieldProps) {
  const { t } = useTranslation('forms');
  const field = useField(props, { secret: true });
  const { label, required, disabled, isSet, multiline } = props;
  const [replacing, setReplacing] = useState(!isSet);
  const value = textOf(field.value);

  if (!replacing && value === '') {
    const replace = (
      <InputAdornment position="end">
        <Button size="small" disabled={disabled} onClick={() => setReplacing(true)}>
          {t('replace')}
        </Button>
      </InputAdornment>
    );
    return <MuiTextField label={label} value={t('isSet')} helperText={field.helperText} error={field.error} slotProps={{ input: { readOnly: true, endAdornment: replace } }} />;
  }
  const shared = { label, required: required && !isSet, disabled, value, error: field.error, helperText: field.helperText ?? (isSet ? t('staysIfEmpty') : undefined), onBlur: field.onBlur, inputRef: field.ref, autoComplete: 'new-password' };
  if (!multiline) return <PasswordInput {...shared} onChange={field.setValue} />;
  return (
    <MuiTextField
      {...shared}
      multiline
      minRows={2}
      maxRows={8}
      onChange={(event) => field.setValue(event.target.value)}
      slotProps={{ htmlInput: { spellCheck: false, style: { fontFamily: monospace } } }}
    />
  );
}
