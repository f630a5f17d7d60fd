import FormControlLabel from '@mui/material/FormControlLabel';
import MenuItem from '@mui/material/MenuItem';
import Stack from '@mui/material/Stack';
import Switch from '@mui/material/Switch';
import TextField from '@mui/material/TextField';
import { useTranslation } from 'react-i18next';
import { isThemeMode, preferencesChanged, themeModes } from '../../app/preferencesSlice';
import { useAppDispatch, useAppSelector } from '../../app/store';
import { TimeZoneChoice } from '../../components/format/TimeZoneChoice';
import { Section } from '../../components/Section';
import { isLanguage, languages } from '../../i18n/languages';
import { useMenuPages } from '../../layout/useMenu';

/** How the console looks for the account; each choice is in force at once. */
export function PreferencesSection() {
  const { t } = useTranslation('profile');
  return (
    <Section title={t('preferences')}>
      <Stack spacing={2}>
        <LanguageChoice />
        <ModeChoice />
        <TimeZoneChoice />
        <StartPageChoice />
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
  const { themeMode } = useAppSelector((state) => state.preferences);
  const dispatch = useAppDispatch();
  const choose = (mode: string) => {
    if (isThemeMode(mode)) dispatch(preferencesChanged({ themeMode: mode }));
  };
  return (
    <TextField select label={t('layout:theme')} value={themeMode} onChange={(event) => choose(event.target.value)}>
      {themeModes.map((known) => (
        <MenuItem key={known} value={known}>
          {t(`layout:themes.${known}`)}
        </MenuItem>
      ))}
    </TextField>
  );
}

function StartPageChoice() {
  const { t } = useTranslation(['profile', 'layout']);
  const { startPage } = useAppSelector((state) => state.preferences);
  const dispatch = useAppDispatch();
  const pages = useMenuPages();
  const chosen = pages.find(({ id }) => id === startPage);
  return (
    <TextField select label={t('startPage')} value={chosen?.id ?? 'overview'} onChange={(event) => dispatch(preferencesChanged({ startPage: event.target.value }))}>
      {pages.map(({ id }) => (
        <MenuItem key={id} value={id}>
          {t(`layout:pages.${id}`)}
        </MenuItem>
      ))}
    </TextField>
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
