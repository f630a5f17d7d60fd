import VisibilityIcon from '@mui/icons-material/Visibility';
import VisibilityOffIcon from '@mui/icons-material/VisibilityOff';
import IconButton from '@mui/material/IconButton';
import InputAdornment from '@mui/material/InputAdornment';
import TextField, { type TextFieldProps } from '@mui/material/TextField';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

interface PasswordInputProps extends Omit<TextFieldProps, 'type' | 'onChange' | 'slotProps'> {
  onChange: (password: string) => void;
}

/** A password that can be shown while it is typed. */
export function PasswordInput({ onChange, ...rest }: PasswordInputProps) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  const toggle = (
    <InputAdornment position="end">
      <IconButton aria-label={shown ? t('hidePassword') : t('showPassword')} aria-pressed={shown} edge="end" size="small" onClick={() => setShown(!shown)}>
        {shown ? <VisibilityOffIcon fontSize="small" /> : <VisibilityIcon fontSize="small" />}
      </IconButton>
    </InputAdornment>
  );
  return (
    <TextField
      {...rest}
      type={shown ? 'text' : 'password'}
      onChange={(event) => onChange(event.target.value)}
      slotProps={{ input: { endAdornment: toggle }, htmlInput: { maxLength: 255, autoCapitalize: 'none', spellCheck: false } }}
    />
  );
}
