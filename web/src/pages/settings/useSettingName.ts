import { useCallback } from 'react';
import type { OptionMeta } from '../../api/generated';

/** The last part of the key, as words. */
export function useSettingName(): (setting: OptionMeta) => string {
  return useCallback(({ key }) => wordsOf(key), []);
}

export function useSettingHelp(): (setting: OptionMeta) => string {
  return useCallback(({ help }) => help, []);
}

export function wordsOf(key: string): string {
  const words = key.split('.').slice(-2).join(' ').replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
