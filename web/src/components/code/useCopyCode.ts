import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useCopy } from '../useCopy';
import { type ApiCall, type CodeForm, codeForms } from './callCode';
import { useServerAddress } from './useServerAddress';

/** Copies a call in a form, without any key. */
export function useCopyCode(): (form: CodeForm, call: ApiCall) => void {
  const { t } = useTranslation('code');
  const server = useServerAddress();
  const copy = useCopy();
  return useCallback((form, call) => void copy(codeForms[form].write({ server }, call), t('codeOf', { form: codeForms[form].name })), [t, server, copy]);
}
