import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { managementApi } from '../api/endpoints';
import { useAppDispatch } from './store';

/** Reads again what the gateway says in the reader's language (providers, settings), once that is another. */
export function useLanguageOfAnswers(): void {
  const { i18n } = useTranslation();
  const dispatch = useAppDispatch();
  useEffect(() => {
    const readAgain = () => dispatch(managementApi.util.invalidateTags(['system']));
    i18n.on('languageChanged', readAgain);
    return () => i18n.off('languageChanged', readAgain);
  }, [i18n, dispatch]);
}
