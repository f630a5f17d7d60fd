import VisibilityIcon from '@mui/icons-material/Visibility';
import VisibilityOffIcon from '@mui/icons-material/VisibilityOff';
import IconButton from '@mui/material/IconButton';
import InputAdornment from '@mui/material/InputAdornment';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { OutlinedField, type OutlinedFieldProps } from './OutlinedField';

/** A password that can be shown while it is typed. */
export function PasswordInput(props: Omit<OutlinedFieldProps, 'type' | 'endAdornment'>) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  const Icon = shown ? VisibilityOffIcon : VisibilityIcon;
  const toggle = (
    <InputAdornment position="end">
      <IconButton aria-label={shown ? t('hidePassword') : t('showPassword')} aria-pressed={shown} edge="end" size="small" onClick={() => setShown(!shown)}>
        <Icon fontSize="small" />
      </IconButton>
    </InputAdornment>
  );
  return <OutlinedField {...props} type={shown ? 'text' : 'password'} endAdornment={toggle} />;
}
