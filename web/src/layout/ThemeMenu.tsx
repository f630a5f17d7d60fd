import ContrastIcon from '@mui/icons-material/Contrast';
import DarkModeIcon from '@mui/icons-material/DarkModeOutlined';
import LightModeIcon from '@mui/icons-material/LightModeOutlined';
import { useTranslation } from 'react-i18next';
import { isThemeMode, preferencesChanged, themeModes } from '../app/preferencesSlice';
import { useAppDispatch, useAppSelector } from '../app/store';
import { ChoiceMenu } from './ChoiceMenu';

export const themeIcons = { light: LightModeIcon, dark: DarkModeIcon, system: ContrastIcon };

export function ThemeMenu() {
  const { t } = useTranslation('layout');
  const { themeMode } = useAppSelector((state) => state.preferences);
  const dispatch = useAppDispatch();
  const choose = (mode: string) => {
    if (isThemeMode(mode)) dispatch(preferencesChanged({ themeMode: mode }));
  };
  const choices = themeModes.map((value) => ({ value, label: t(`themes.${value}`) }));
  return <ChoiceMenu label={t('theme')} icon={themeIcons[themeMode]} value={themeMode} choices={choices} onChoose={choose} />;
}
