import { useTranslation } from 'react-i18next';
import { type User, useGetTokenAdminSearchQuery } from '../../api/generated';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { useFormat } from '../../components/format/useFormat';
import { useUserActions } from './useUserActions';

interface DeleteUserProps {
  user: User;
  onClose: () => void;
  onDone?: () => void;
}

/** Asks for the name first, and says what goes with the account. */
export function DeleteUser({ user, onClose, onDone }: DeleteUserProps) {
  const { t } = useTranslation(['users', 'common']);
  const format = useFormat();
  const { remove } = useUserActions();
  const { data } = useGetTokenAdminSearchQuery({ userId: user.id, page: 1, size: 1 });
  const tokens = data?.total_count ?? 0;
  const confirm = async () => {
    await remove(user);
    onDone?.();
  };
  return (
    <ConfirmDialog
      danger
      title={t('delete.title', { name: user.username })}
      text={
        <>
          {t('delete.text', { balance: format.quota(user.quota) })}
          {tokens > 0 && ` ${t('delete.tokens', { count: tokens })}`}
        </>
      }
      confirmLabel={t('common:delete')}
      typed={user.username}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}
