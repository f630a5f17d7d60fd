import { useTranslation } from 'react-i18next';
import { Figure } from '../format/Money';
import { useFormat } from '../format/useFormat';

/** A price in dollars, with "free" for none. */
export function Price({ usd, perCall = false }: { usd: string; perCall?: boolean }) {
  const { t } = useTranslation('models');
  const format = useFormat();
  if (usd === '0') return <Figure text={t('free')} />;
  return <Figure text={perCall ? t('perOneCall', { price: format.usd(usd) }) : format.usd(usd)} />;
}
