import FormControl from '@mui/material/FormControl';
import FormHelperText from '@mui/material/FormHelperText';
import InputLabel from '@mui/material/InputLabel';
import OutlinedInput, { type OutlinedInputProps } from '@mui/material/OutlinedInput';
import { type ReactNode, useId } from 'react';

export interface OutlinedFieldProps extends Pick<OutlinedInputProps, 'value' | 'type' | 'required' | 'disabled' | 'error' | 'autoComplete' | 'autoFocus' | 'onBlur' | 'inputRef' | 'endAdornment' | 'sx'> {
  label: string;
  helperText?: ReactNode;
  onChange: (text: string) => void;
}

/** MUI's text field without its other looks and its select, which would weigh on the sign-in page. */
export function OutlinedField({ label, helperText, onChange, required, disabled, error, sx, ...input }: OutlinedFieldProps) {
  const id = useId();
  return (
    <FormControl fullWidth required={required} disabled={disabled} error={error} sx={sx}>
      <InputLabel htmlFor={id}>{label}</InputLabel>
      <OutlinedInput
        {...input}
        id={id}
        label={label}
        onChange={(event) => onChange(event.target.value)}
        aria-describedby={helperText ? `${id}-help` : undefined}
        inputProps={{ maxLength: 255, autoCapitalize: 'none', spellCheck: false }}
      />
      {helperText && <FormHelperText id={`${id}-help`}>{helperText}</FormHelperText>}
    </FormControl>
  );
}
