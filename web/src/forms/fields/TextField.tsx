import MuiTextField from '@mui/material/TextField';
import { monospace as monospaceFont } from '../../theme/theme';
import { type FieldProps, textOf, useField } from './useField';

interface TextFieldProps extends FieldProps {
  multiline?: boolean;
  monospace?: boolean;
  autoComplete?: string;
  placeholder?: string;
  autoFocus?: boolean;
  maxLength?: number;
}

export function TextField(props: TextFieldProps) {
  const field = useField(props);
  const { label, required, disabled, multiline, monospace, autoComplete = 'off', placeholder, autoFocus, maxLength } = props;
  return (
    <MuiTextField
      label={label}
      required={required}
      disabled={disabled}
      multiline={multiline}
      minRows={multiline ? 3 : undefined}
      maxRows={12}
      autoComplete={autoComplete}
      autoFocus={autoFocus}
      placeholder={placeholder}
      value={textOf(field.value)}
      onChange={(event) => field.setValue(event.target.value)}
      onBlur={field.onBlur}
      inputRef={field.ref}
      error={field.error}
      helperText={field.helperText}
      slotProps={{ htmlInput: { maxLength, spellCheck: monospace ? false : undefined, style: monospace ? { fontFamily: monospaceFont } : undefined } }}
    />
  );
}
