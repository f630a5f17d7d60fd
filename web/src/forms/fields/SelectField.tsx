import MenuItem from '@mui/material/MenuItem';
import MuiTextField from '@mui/material/TextField';
import { useCallback } from 'react';
import { type FieldProps, useField } from './useField';

export interface SelectOption<Value extends string | number> {
  value: Value;
  label: string;
  disabled?: boolean;
}

interface SelectFieldProps<Value extends string | number> extends FieldProps {
  options: readonly SelectOption<Value>[];
}

/** One of a few. For many, with search: `SearchSelectField`. */
export function SelectField<Value extends string | number>(props: SelectFieldProps<Value>) {
  const { label, required, disabled, options } = props;
  const display = useCallback((value: unknown) => options.find((option) => option.value === value)?.label ?? String(value), [options]);
  const field = useField(props, { display });
  const known = options.some((option) => option.value === field.value);
  return (
    <MuiTextField
      select
      label={label}
      required={required}
      disabled={disabled}
      value={known ? field.value : ''}
      onChange={(event) => field.setValue(event.target.value)}
      onBlur={field.onBlur}
      inputRef={field.ref}
      error={field.error}
      helperText={field.helperText}
      // A choice may be the empty text, and has words as well.
      slotProps={{ select: { displayEmpty: known }, inputLabel: { shrink: known || undefined } }}
    >
      {options.map((option) => (
        <MenuItem key={option.value} value={option.value} disabled={option.disabled}>
          {option.label}
        </MenuItem>
      ))}
    </MuiTextField>
  );
}
