import { useTranslation } from 'react-i18next';
import { useGrowth } from '../format/useGrowth';

/** What became of a figure since the period before, in words. */
export function useChangeText(): (now: number, before: number) => string {
  const { t } = useTranslation('charts');
  const growth = useGrowth();
  return (now, before) => {
    const change = growth(now, before);
    return change === undefined ? t('noneBefore') : t('change', { change });
  };
}
