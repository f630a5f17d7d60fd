import InputAdornment from '@mui/material/InputAdornment';
import MuiTextField from '@mui/material/TextField';
import { type FieldProps, textOf, useField } from './useField';

interface DecimalFieldProps extends FieldProps {
  /** Before the amount: "$". */
  prefix?: string;
  /** After it: "/ 1M tokens". */
  unit?: string;
}

/** An exact amount as a decimal string; see `decimalText` for its schema. */
export function DecimalField(props: DecimalFieldProps) {
  const field = useField(props);
  const { label, required, disabled, prefix, unit } = props;
  return (
    <MuiTextField
      label={label}
      required={required}
      disabled={disabled}
      value={textOf(field.value)}
      onChange={(event) => field.setValue(event.target.value.replace(',', '.'))}
      onBlur={field.onBlur}
      inputRef={field.ref}
      error={field.error}
      helperText={field.helperText}
      autoComplete="off"
      slotProps={{
        htmlInput: { inputMode: 'decimal', maxLength: 40 },
        input: {
          startAdornment: prefix && <InputAdornment position="start">{prefix}</InputAdornment>,
          endAdornment: unit && <InputAdornment position="end">{unit}</InputAdornment>,
        },
      }}
    />
  );
}
