import { useTranslation } from 'react-i18next';
import { useGrowth } from '../../components/format/useGrowth';

/** "+12 % against yesterday": more is neither good nor bad here, so it has no colour. */
export function useChange(): (today: number, yesterday: number) => string {
  const { t } = useTranslation('overview');
  const growth = useGrowth();
  return (today, yesterday) => {
    const change = growth(today, yesterday);
    return change === undefined ? t('change.noneBefore') : t('change.againstYesterday', { change });
  };
}
