import FormControlLabel from '@mui/material/FormControlLabel';
import FormHelperText from '@mui/material/FormHelperText';
import InputAdornment from '@mui/material/InputAdornment';
import MenuItem from '@mui/material/MenuItem';
import Switch from '@mui/material/Switch';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { OptionMeta } from '../../api/generated';
import { asSentence } from '../../components/feedback/problemText';
import { SecretSetting } from './SecretSetting';
import { isLongText } from './settings';

export interface SettingFieldProps {
  setting: OptionMeta;
  label: string;
  /** What was typed, if something was. */
  value: string | undefined;
  /** Why the gateway refused it. */
  fault: string | undefined;
  editable: boolean;
  onChange: (value: string | undefined) => void;
}

export function SettingField(given: SettingFieldProps) {
  const { setting, editable, fault } = given;
  const props = { ...given, fault: fault && asSentence(fault) };
  if (setting.kind === 'secret') return <SecretSetting {...props} />;
  if (!editable) return <FixedValue setting={setting} />;
  if (setting.kind === 'boolean') return <BooleanSetting {...props} />;
  if (setting.kind === 'choice') return <ChoiceSetting {...props} />;
  return <TextSetting {...props} />;
}

function FixedValue({ setting: { kind, value, unit } }: { setting: OptionMeta }) {
  const { t } = useTranslation('settings');
  if (kind === 'boolean') return <Typography>{value === 'true' ? t('on') : t('off')}</Typography>;
  if (!value) return <Typography color="textSecondary">{t('empty')}</Typography>;
  return <Typography sx={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap', maxHeight: 160, overflow: 'auto' }}>{unit && unit !== 'line' ? `${value} ${unit}` : value}</Typography>;
}

function BooleanSetting({ setting, label, value, fault, onChange }: SettingFieldProps) {
  const { t } = useTranslation('settings');
  const on = (value ?? setting.value) === 'true';
  return (
    <div>
      <FormControlLabel control={<Switch checked={on} onChange={(_, next) => onChange(String(next))} slotProps={{ input: { 'aria-label': label } }} />} label={on ? t('on') : t('off')} />
      {fault && <FormHelperText error>{fault}</FormHelperText>}
    </div>
  );
}

function ChoiceSetting({ setting, label, value, fault, onChange }: SettingFieldProps) {
  return (
    <TextField select value={value ?? setting.value ?? ''} onChange={(event) => onChange(event.target.value)} error={fault !== undefined} helperText={fault} slotProps={{ select: { SelectDisplayProps: { 'aria-label': label } } }}>
      {setting.choices.map((choice) => (
        <MenuItem key={choice} value={choice}>
          {choice}
        </MenuItem>
      ))}
    </TextField>
  );
}

function TextSetting({ setting, label, value, fault, onChange }: SettingFieldProps) {
  const { t } = useTranslation('settings');
  const { min, max, unit, example, kind } = setting;
  const bounds = min !== null && max !== null ? t('bounds', { min, max }) : undefined;
  const isNumber = kind === 'integer' || kind === 'number';
  return (
    <TextField
      value={value ?? setting.value ?? ''}
      onChange={(event) => onChange(event.target.value)}
      error={fault !== undefined}
      helperText={fault ?? bounds ?? (example ? t('example', { example }) : undefined)}
      multiline={isLongText(setting)}
      maxRows={12}
      slotProps={{
        htmlInput: { 'aria-label': label, inputMode: isNumber ? 'decimal' : undefined, spellCheck: false, dir: kind === 'text' ? 'auto' : undefined },
        input: { endAdornment: unit && unit !== 'line' ? <InputAdornment position="end">{unit}</InputAdornment> : undefined },
      }}
    />
  );
}
