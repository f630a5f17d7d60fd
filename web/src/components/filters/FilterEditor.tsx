import Autocomplete from '@mui/material/Autocomplete';
import Button from '@mui/material/Button';
import InputAdornment from '@mui/material/InputAdornment';
import MenuItem from '@mui/material/MenuItem';
import Popover from '@mui/material/Popover';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import { type SyntheticEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AppliedFilter, type FilterField, type FilterOperator, isComplete, operatorsOf } from './fields';

interface FilterEditorProps {
  field: FilterField;
  /** The one to change; without it a new one is made. */
  filter?: AppliedFilter;
  anchor: HTMLElement;
  onApply: (filter: AppliedFilter) => void;
  onClose: () => void;
}

export function FilterEditor({ field, filter, anchor, onApply, onClose }: FilterEditorProps) {
  const { t } = useTranslation('filters');
  const operators = operatorsOf(field);
  const [operator, setOperator] = useState<FilterOperator>(filter?.operator ?? operators[0] ?? 'is');
  const [values, setValues] = useState<readonly string[]>(filter?.values ?? []);
  const edited: AppliedFilter = { field: field.id, operator, values: operator === 'between' ? values.slice(0, 2) : wantedValues(field, values) };
  const complete = isComplete(field, edited);
  const apply = (event: SyntheticEvent) => {
    event.preventDefault();
    if (complete) onApply(edited);
  };
  return (
    <Popover open anchorEl={anchor} onClose={onClose} anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }} slotProps={{ paper: { role: 'dialog', 'aria-label': field.label } }}>
      <Stack component="form" spacing={2} onSubmit={apply} sx={{ p: 2, width: 320, maxWidth: '90vw' }}>
        {operators.length > 1 && (
          <TextField
            select
            label={field.label}
            value={operator}
            onChange={(event) => setOperator(operators.find((known) => known === event.target.value) ?? operator)}
          >
            {operators.map((known) => (
              <MenuItem key={known} value={known}>
                {t(`operators.${known}`)}
              </MenuItem>
            ))}
          </TextField>
        )}
        <ValueInput field={field} operator={operator} values={values} onChange={setValues} />
        <Stack direction="row" spacing={1} sx={{ justifyContent: 'flex-end' }}>
          <Button color="inherit" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" variant="contained" disabled={!complete}>
            {t('apply')}
          </Button>
        </Stack>
      </Stack>
    </Popover>
  );
}

function wantedValues(field: FilterField, values: readonly string[]): readonly string[] {
  return field.kind === 'choice' && !field.single ? values : values.slice(0, 1);
}

interface ValueInputProps {
  field: FilterField;
  operator: FilterOperator;
  values: readonly string[];
  onChange: (values: readonly string[]) => void;
}

function ValueInput({ field, operator, values, onChange }: ValueInputProps) {
  const { t } = useTranslation(['filters', 'common']);
  if (field.kind === 'choice') return <ChoiceInput field={field} values={values} onChange={onChange} />;
  if (field.kind === 'boolean') {
    return (
      <TextField select autoFocus label={field.label} value={values[0] ?? ''} onChange={(event) => onChange([event.target.value])}>
        <MenuItem value="true">{t('common:yes')}</MenuItem>
        <MenuItem value="false">{t('common:no')}</MenuItem>
      </TextField>
    );
  }
  const change = (index: number, value: string) => onChange([index === 0 ? value : (values[0] ?? ''), ...(index === 1 ? [value] : values.slice(1))]);
  const input = (index: number, label: string) => (
    <TextField
      autoFocus={index === 0}
      label={label}
      type={field.kind === 'number' ? 'number' : 'text'}
      value={values[index] ?? ''}
      onChange={(event) => change(index, event.target.value)}
      slotProps={{
        htmlInput: { step: 'any', maxLength: 500 },
        input: { endAdornment: field.kind === 'number' && field.unit && <InputAdornment position="end">{field.unit}</InputAdornment> },
      }}
    />
  );
  if (operator !== 'between') return input(0, t('value'));
  return (
    <Stack direction="row" spacing={1}>
      {input(0, t('from'))}
      {input(1, t('to'))}
    </Stack>
  );
}

interface ChoiceInputProps {
  field: Extract<FilterField, { kind: 'choice' }>;
  values: readonly string[];
  onChange: (values: readonly string[]) => void;
}

function ChoiceInput({ field, values, onChange }: ChoiceInputProps) {
  const { t } = useTranslation('filters');
  const labelOf = (value: string) => field.options.find((option) => option.value === value)?.label ?? value;
  if (field.single) {
    return (
      <Autocomplete
        openOnFocus
        options={field.options.map((option) => option.value)}
        getOptionLabel={labelOf}
        value={values[0] ?? null}
        onChange={(_event, value) => onChange(value === null ? [] : [value])}
        renderInput={(params) => <TextField {...params} autoFocus label={t('value')} />}
      />
    );
  }
  return (
    <Autocomplete
      multiple
      openOnFocus
      disableCloseOnSelect
      options={field.options.map((option) => option.value)}
      getOptionLabel={labelOf}
      value={[...values]}
      onChange={(_event, chosen) => onChange(chosen)}
      renderInput={(params) => <TextField {...params} autoFocus label={t('values')} />}
    />
  );
}
