import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PasswordInput } from '../../components/PasswordInput';
import type { SettingFieldProps } from './SettingField';

/** Never shown, only replaced or taken away. */
export function SecretSetting({ setting, label, value, fault, editable, onChange }: SettingFieldProps) {
  const { t } = useTranslation('settings');
  const [typing, setTyping] = useState(false);
  const isRemoved = value === '' && setting.set;
  if (typing || (value !== undefined && value !== '')) {
    return <PasswordInput label={setting.set ? t('newSecret') : label} value={value ?? ''} onChange={(text) => onChange(text === '' ? undefined : text)} onBlur={() => setTyping(false)} autoComplete="off" autoFocus error={fault !== undefined} helperText={fault} />;
  }
  return (
    <Stack direction="row" useFlexGap sx={{ alignItems: 'center', gap: 1, flexWrap: 'wrap' }}>
      <Typography color="textSecondary">{isRemoved ? t('secretRemoved') : setting.set ? t('secretSet') : t('secretNotSet')}</Typography>
      {editable && (
        <Button size="small" onClick={() => setTyping(true)}>
          {setting.set ? t('replaceSecret') : t('setSecret')}
        </Button>
      )}
      {editable && setting.set && !isRemoved && (
        <Button size="small" color="error" onClick={() => onChange('')}>
          {t('removeSecret')}
        </Button>
      )}
    </Stack>
  );
}
