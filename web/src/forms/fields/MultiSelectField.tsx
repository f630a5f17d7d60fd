import Autocomplete from '@mui/material/Autocomplete';
import MuiTextField from '@mui/material/TextField';
import { useCallback } from 'react';
import type { SelectOption } from './SelectField';
import { type FieldProps, textOf, textsOf, useField } from './useField';

interface MultiSelectFieldProps extends FieldProps {
  options: readonly SelectOption<string>[];
  /** Takes what is not among the options, too. */
  freeSolo?: boolean;
  loading?: boolean;
}

function labelIn(options: readonly SelectOption<string>[], value: string): string {
  return options.find((option) => option.value === value)?.label ?? value;
}

/** Any number of many, with search; the value is an array of strings. */
export function MultiSelectField(props: MultiSelectFieldProps) {
  const { label, required, disabled, options, freeSolo, loading } = props;
  const display = useCallback((value: unknown) => textsOf(value).map((item) => labelIn(options, item)).join(', '), [options]);
  const field = useField(props, { display });
  return (
    <Autocomplete
      multiple
      disableCloseOnSelect
      freeSolo={freeSolo}
      loading={loading}
      disabled={disabled}
      options={options.map((option) => option.value)}
      getOptionLabel={(value) => labelIn(options, value)}
      value={textsOf(field.value)}
      onChange={(_event, chosen) => field.setValue(chosen)}
      onBlur={field.onBlur}
      renderInput={(params) => <MuiTextField {...params} label={label} required={required} error={field.error} helperText={field.helperText} inputRef={field.ref} />}
    />
  );
}

/** One of many, with search; the value is a string, empty while nothing is chosen. */
export function SearchSelectField(props: MultiSelectFieldProps) {
  const { label, required, disabled, options, freeSolo, loading } = props;
  const display = useCallback((value: unknown) => labelIn(options, textOf(value)), [options]);
  const field = useField(props, { display });
  return (
    <Autocomplete
      freeSolo={freeSolo}
      autoSelect={freeSolo}
      loading={loading}
      disabled={disabled}
      options={options.map((option) => option.value)}
      getOptionLabel={(value) => labelIn(options, value)}
      value={textOf(field.value) || null}
      onChange={(_event, chosen) => field.setValue(chosen ?? '')}
      onBlur={field.onBlur}
      renderInput={(params) => <MuiTextField {...params} label={label} required={required} error={field.error} helperText={field.helperText} inputRef={field.ref} />}
    />
  );
}
