import { useTranslation } from 'react-i18next';
import type { LogRow } from '../../api/generated';
import { StatusChip } from '../../components/StatusChip';
import { isCall, logTypeOf } from './logTypes';

/** How a call ended; what else the log holds says what it is. */
export function RequestState({ row }: { row: LogRow }) {
  const { t } = useTranslation('requests');
  if (!isCall(row)) return <StatusChip tone="info" label={t(`types.${logTypeOf(row)}`)} />;
  if (row.error) return <StatusChip tone="bad" label={row.status > 0 ? t('status.failedWith', { status: row.status }) : t('status.failed')} reason={row.error} />;
  if (row.interrupted) return <StatusChip tone="warning" label={t('status.interrupted')} reason={t('status.interruptedWhy')} />;
  return <StatusChip tone="good" label={t('status.ok')} />;
}
