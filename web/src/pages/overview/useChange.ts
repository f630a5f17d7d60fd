import { useTranslation } from 'react-i18next';
import { useFormat } from '../../components/format/useFormat';
import { growth } from './figures';

/** "+12 % against yesterday": more is neither good nor bad here, so it has no colour. */
export function useChange(): (today: number, yesterday: number) => string {
  const { t } = useTranslation('overview');
  const { percent } = useFormat();
  return (today, yesterday) => {
    const change = growth(today, yesterday);
    if (change === undefined) return t('change.noneBefore');
    return t('change.againstYesterday', { change: `${change > 0 ? '+' : ''}${percent(change)}` });
  };
}
