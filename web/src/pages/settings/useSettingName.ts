import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { OptionMeta } from '../../api/generated';

/** What a setting is called; one that is newer than this console has its key for a name. */
export function useSettingName(): (setting: OptionMeta) => string {
  const { i18n } = useTranslation('settingNames');
  return useCallback(
    ({ key }) => {
      const name: unknown = i18n.getResource(i18n.language, 'settingNames', key);
      return typeof name === 'string' ? name : key;
    },
    [i18n],
  );
}
