import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import MuiTextField from '@mui/material/TextField';
import { useTranslation } from 'react-i18next';
import { monospace } from '../../theme/theme';
import { parseJson } from '../schemas';
import { type FieldProps, textOf, useField } from './useField';

interface JsonFieldProps extends FieldProps {
  placeholder?: string;
}

/** JSON as text, empty for none; see `jsonText` for its schema. Says at once where it does not parse. */
export function JsonField(props: JsonFieldProps) {
  const { t } = useTranslation('forms');
  const field = useField(props);
  const { label, required, disabled, placeholder } = props;
  const text = textOf(field.value);
  const parsed = parseJson(text);
  const fault = parsed === undefined ? t('errors.json') : undefined;
  const tidy = () => field.setValue(JSON.stringify(parsed, null, 2));
  return (
    <Stack spacing={0.5}>
      <MuiTextField
        multiline
        minRows={3}
        maxRows={16}
        label={label}
        required={required}
        disabled={disabled}
        placeholder={placeholder}
        value={text}
        onChange={(event) => field.setValue(event.target.value)}
        onBlur={field.onBlur}
        inputRef={field.ref}
        error={field.error || fault !== undefined}
        helperText={fault ?? field.helperText}
        autoComplete="off"
        slotProps={{ htmlInput: { spellCheck: false, style: { fontFamily: monospace } } }}
      />
      {text.trim() !== '' && (
        <Button size="small" color="inherit" onClick={tidy} disabled={disabled === true || fault !== undefined} sx={{ alignSelf: 'flex-end' }}>
          {t('tidy')}
        </Button>
      )}
    </Stack>
  );
}
