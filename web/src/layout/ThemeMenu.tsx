import ContrastIcon from '@mui/icons-material/Contrast';
import DarkModeIcon from '@mui/icons-material/DarkModeOutlined';
import LightModeIcon from '@mui/icons-material/LightModeOutlined';
import { useColorScheme } from '@mui/material/styles';
import { useTranslation } from 'react-i18next';
import { ChoiceMenu } from './ChoiceMenu';

const icons = { light: LightModeIcon, dark: DarkModeIcon, system: ContrastIcon };
const modes = ['light', 'dark', 'system'] as const;

export function ThemeMenu() {
  const { t } = useTranslation('layout');
  const { mode = 'system', setMode } = useColorScheme();
  const choices = modes.map((value) => ({ value, label: t(`themes.${value}`) }));
  return <ChoiceMenu label={t('theme')} icon={icons[mode]} value={mode} choices={choices} onChoose={(chosen) => setMode(modes.find((known) => known === chosen) ?? 'system')} />;
}
