import FormControl from '@mui/material/FormControl';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormHelperText from '@mui/material/FormHelperText';
import Switch from '@mui/material/Switch';
import { useId } from 'react';
import { type FieldProps, useField } from './useField';

export function SwitchField(props: FieldProps) {
  const field = useField(props);
  const helpId = useId();
  return (
    <FormControl error={field.error} disabled={props.disabled}>
      <FormControlLabel
        label={props.label}
        control={
          <Switch
            checked={field.value === true}
            onChange={(_event, checked) => field.setValue(checked)}
            onBlur={field.onBlur}
            slotProps={{ input: { ref: field.ref, 'aria-describedby': field.helperText ? helpId : undefined } }}
          />
        }
      />
      {field.helperText && (
        <FormHelperText id={helpId} sx={{ mt: 0 }}>
          {field.helperText}
        </FormHelperText>
      )}
    </FormControl>
  );
}
