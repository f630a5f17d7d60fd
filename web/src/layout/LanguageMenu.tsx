import TranslateIcon from '@mui/icons-material/Translate';
import { useTranslation } from 'react-i18next';
import { preferencesChanged } from '../app/preferencesSlice';
import { useAppDispatch } from '../app/store';
import { isLanguage, languages } from '../i18n/languages';
import { ChoiceMenu } from './ChoiceMenu';

const choices = Object.entries(languages).map(([value, label]) => ({ value, label, lang: value }));

export function LanguageMenu() {
  const { t, i18n } = useTranslation('layout');
  const dispatch = useAppDispatch();
  const choose = (value: string) => {
    if (isLanguage(value)) dispatch(preferencesChanged({ language: value }));
  };
  return <ChoiceMenu label={t('language')} icon={TranslateIcon} value={i18n.language} choices={choices} onChoose={choose} />;
}
