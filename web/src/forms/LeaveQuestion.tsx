import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../components/ConfirmDialog';

export function LeaveQuestion({ onStay, onLeave }: { onStay: () => void; onLeave: () => void }) {
  const { t } = useTranslation('forms');
  return <ConfirmDialog title={t('leave')} text={t('leaveText')} confirmLabel={t('discard')} danger onConfirm={onLeave} onClose={onStay} />;
}
