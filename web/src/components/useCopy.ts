import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from './copyText';
import { useNotify } from './feedback/useNotify';

/** Copies, and says what was copied: `copy(id, 'the id')`. @return whether the browser let it. */
export function useCopy(): (text: string, what: string) => Promise<boolean> {
  const { t } = useTranslation();
  const notify = useNotify();
  return useCallback(
    async (text, what) => {
      const done = await copyText(text);
      if (done) notify.success(t('copied', { what }));
      else notify.info(t('copyFailed'));
      return done;
    },
    [t, notify],
  );
}
