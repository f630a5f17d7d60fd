import Autocomplete from '@mui/material/Autocomplete';
import FormControlLabel from '@mui/material/FormControlLabel';
import MenuItem from '@mui/material/MenuItem';
import Stack from '@mui/material/Stack';
import { useColorScheme } from '@mui/material/styles';
import Switch from '@mui/material/Switch';
import TextField from '@mui/material/TextField';
import { useTranslation } from 'react-i18next';
import { preferencesChanged } from '../../app/preferencesSlice';
import { useAppDispatch, useAppSelector } from '../../app/store';
import { Section } from '../../components/Section';
import { isLanguage, languages } from '../../i18n/languages';

const zones = Intl.supportedValuesOf('timeZone');
const modes = ['light', 'dark', 'system'] as const;

/** How the console looks in this browser; each choice is in force at once. */
export function PreferencesSection() {
  const { t } = useTranslation('profile');
  return (
    <Section title={t('preferences')}>
      <Stack spacing={2}>
        <LanguageChoice />
        <ModeChoice />
        <TimeZoneChoice />
        <DensityChoice />
      </Stack>
    </Section>
  );
}

function LanguageChoice() {
  const { t, i18n } = useTranslation('profile');
  const dispatch = useAppDispatch();
  const choose = (language: string) => {
    if (isLanguage(language)) dispatch(preferencesChanged({ language }));
  };
  return (
    <TextField select label={t('language')} value={i18n.language} onChange={(event) => choose(event.target.value)}>
      {Object.entries(languages).map(([language, name]) => (
        <MenuItem key={language} value={language} lang={language}>
          {name}
        </MenuItem>
      ))}
    </TextField>
  );
}

function ModeChoice() {
  const { t } = useTranslation(['profile', 'layout']);
  const { mode = 'system', setMode } = useColorScheme();
  return (
    <TextField select label={t('layout:theme')} value={mode} onChange={(event) => setMode(modes.find((known) => known === event.target.value) ?? 'system')}>
      {modes.map((known) => (
        <MenuItem key={known} value={known}>
          {t(`layout:themes.${known}`)}
        </MenuItem>
      ))}
    </TextField>
  );
}

function TimeZoneChoice() {
  const { t } = useTranslation('profile');
  const { timeZone } = useAppSelector((state) => state.preferences);
  const dispatch = useAppDispatch();
  const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <Autocomplete
      options={zones}
      value={timeZone ?? null}
      onChange={(_event, zone) => dispatch(preferencesChanged({ timeZone: zone ?? undefined }))}
      renderInput={(params) => <TextField {...params} label={t('timeZone')} placeholder={browserZone} helperText={timeZone === undefined && t('browserZone', { zone: browserZone })} />}
    />
  );
}

function DensityChoice() {
  const { t } = useTranslation('profile');
  const { density } = useAppSelector((state) => state.preferences);
  const dispatch = useAppDispatch();
  return (
    <FormControlLabel
      label={t('compact')}
      control={<Switch checked={density === 'compact'} onChange={(_event, compact) => dispatch(preferencesChanged({ density: compact ? 'compact' : 'comfortable' }))} />}
    />
  );
}
