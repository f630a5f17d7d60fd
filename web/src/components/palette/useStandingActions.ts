import DensityIcon from '@mui/icons-material/DensityMediumOutlined';
import LogoutIcon from '@mui/icons-material/Logout';
import SpeedIcon from '@mui/icons-material/Speed';
import TranslateIcon from '@mui/icons-material/Translate';
import { useTranslation } from 'react-i18next';
import { preferencesChanged, themeModes } from '../../app/preferencesSlice';
import { useAppDispatch, useAppSelector } from '../../app/store';
import { useCan } from '../../auth/useAccount';
import { isLanguage, languages } from '../../i18n/languages';
import { themeIcons } from '../../layout/ThemeMenu';
import { useSignOut } from '../../layout/useSignOut';
import { useCreations } from './creations';
import type { PaletteItem } from './paletteItems';

/** What the palette can do on every page. */
export function useStandingActions(): PaletteItem[] {
  const { t } = useTranslation('layout');
  const can = useCan();
  const signOut = useSignOut();
  const created = useCreations().map(({ id, to, icon, keys }): PaletteItem => ({ id, label: t(`palette.do.${id}`), hint: keys, icon, to }));
  const testAll: PaletteItem = { id: 'testAll', label: t('palette.do.testAll'), icon: SpeedIcon, to: '/panel/channels?test' };
  return [
    ...created,
    ...(can('channels.write') ? [testAll] : []),
    ...useLookActions(),
    { id: 'signOut', label: t('signOut'), icon: LogoutIcon, run: signOut },
  ];
}

/** How the console looks, each way but the present one. */
function useLookActions(): PaletteItem[] {
  const { t, i18n } = useTranslation('layout');
  const dispatch = useAppDispatch();
  const { themeMode, density } = useAppSelector((state) => state.preferences);
  const otherDensity = density === 'compact' ? 'comfortable' : 'compact';
  const themes = themeModes.filter((mode) => mode !== themeMode);
  const others = Object.keys(languages).filter(isLanguage).filter((language) => language !== i18n.language);
  return [
    ...themes.map((mode): PaletteItem => ({
      id: `theme:${mode}`,
      label: t('palette.do.choose', { what: t('theme'), choice: t(`themes.${mode}`) }),
      icon: themeIcons[mode],
      run: () => dispatch(preferencesChanged({ themeMode: mode })),
    })),
    ...others.map((language): PaletteItem => ({
      id: `language:${language}`,
      label: t('palette.do.choose', { what: t('language'), choice: languages[language] }),
      icon: TranslateIcon,
      run: () => dispatch(preferencesChanged({ language })),
    })),
    { id: 'density', label: t(`palette.do.${otherDensity}`), icon: DensityIcon, run: () => dispatch(preferencesChanged({ density: otherDensity })) },
  ];
}
