import { PasswordInput } from '../../components/PasswordInput';
import { type FieldProps, textOf, useField } from './useField';

/** A password to be: it can be looked at while it is typed, and is kept in no draft. */
export function NewPasswordField(props: FieldProps) {
  const field = useField(props, { secret: true });
  const { label, required, disabled } = props;
  return (
    <PasswordInput
      label={label}
      required={required}
      disabled={disabled}
      value={textOf(field.value)}
      onChange={field.setValue}
      onBlur={field.onBlur}
      inputRef={field.ref}
      error={field.error}
      helperText={field.helperText}
      autoComplete="new-password"
    />
  );
}
