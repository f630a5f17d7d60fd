import InputAdornment from '@mui/material/InputAdornment';
import MuiTextField from '@mui/material/TextField';
import { type FieldProps, numberOf, useField } from './useField';
import { useNumberText } from './useNumberText';

interface NumberFieldProps extends FieldProps {
  unit?: string;
  placeholder?: string;
}

/** A number, or null while empty. Bounds and wholeness are the schema's: `z.number().int().min(0)`. */
export function NumberField(props: NumberFieldProps) {
  const field = useField(props);
  const { label, required, disabled, unit, placeholder } = props;
  const { text, change } = useNumberText(numberOf(field.value), field.setValue, String, Number);
  return (
    <MuiTextField
      label={label}
      required={required}
      disabled={disabled}
      placeholder={placeholder}
      value={text}
      onChange={(event) => change(event.target.value)}
      onBlur={field.onBlur}
      inputRef={field.ref}
      error={field.error}
      helperText={field.helperText}
      autoComplete="off"
      slotProps={{
        htmlInput: { inputMode: 'decimal', maxLength: 24 },
        input: unit ? { endAdornment: <InputAdornment position="end">{unit}</InputAdornment> } : undefined,
      }}
    />
  );
}
