import { useTranslation } from 'react-i18next';
import { Figure } from './Money';
import { useFormat } from './useFormat';

/** An amount of quota: in dollars where the site shows those, with the quota at hand. */
export function Quota({ value }: { value: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  return <Figure text={format.quota(value)} title={t('quotaOf', { quota: format.number(value) })} />;
}
