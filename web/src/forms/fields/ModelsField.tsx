import Autocomplete from '@mui/material/Autocomplete';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import MuiTextField from '@mui/material/TextField';
import { type ClipboardEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../components/CopyButton';
import { type FieldProps, textsOf, useField } from './useField';

interface ModelsFieldProps extends FieldProps {
  suggestions?: readonly string[];
  /** Further buttons below the field, such as "fetch from the provider". */
  actions?: ReactNode;
}

/** Names from a text that separates them by commas, blanks or lines, each once. */
export function splitModels(text: string): string[] {
  return unique(text.split(/[\s,，;；]+/).filter(Boolean));
}

function unique(models: readonly string[]): string[] {
  return [...new Set(models)];
}

/** Names of models as chips; a pasted list becomes as many. The value is an array of strings. */
export function ModelsField(props: ModelsFieldProps) {
  const { t } = useTranslation('forms');
  const field = useField(props);
  const { label, required, disabled, suggestions = [], actions } = props;
  const models = textsOf(field.value);
  const [typed, setTyped] = useState('');
  const add = (text: string) => {
    setTyped('');
    field.setValue(unique([...models, ...splitModels(text)]));
  };
  const paste = (event: ClipboardEvent) => {
    const text = event.clipboardData.getData('text');
    if (splitModels(text).length < 2) return;
    event.preventDefault();
    add(text);
  };
  const leave = () => {
    if (typed.trim() !== '') add(typed);
    field.onBlur();
  };
  return (
    <Stack spacing={0.5}>
      <Autocomplete
        multiple
        freeSolo
        disableCloseOnSelect
        limitTags={30}
        disabled={disabled}
        options={suggestions}
        value={models}
        inputValue={typed}
        onInputChange={(_event, text) => (text.includes(',') ? add(text) : setTyped(text))}
        onChange={(_event, chosen) => field.setValue(unique(chosen.flatMap(splitModels)))}
        onBlur={leave}
        slotProps={{ chip: { size: 'small', sx: { maxWidth: 320 } } }}
        renderInput={(params) => <MuiTextField {...params} label={label} required={required} error={field.error} helperText={field.helperText} inputRef={field.ref} onPaste={paste} />}
      />
      <Stack direction="row" useFlexGap sx={{ gap: 1, flexWrap: 'wrap', alignItems: 'center' }}>
        {actions}
        {models.length > 0 && (
          <>
            <Button size="small" color="inherit" disabled={disabled} onClick={() => field.setValue([])}>
              {t('removeAll', { count: models.length })}
            </Button>
            <CopyButton text={models.join(',')} what={t('theModels')} />
          </>
        )}
      </Stack>
    </Stack>
  );
}
