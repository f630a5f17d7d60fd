import { useTranslation } from 'react-i18next';
import { type User, useDeleteUserIdMutation, usePostUserManageMutation, usePostUserRestoreMutation } from '../../api/generated';
import { useNotify } from '../../components/feedback/useNotify';
import { switchUsers } from './switchUsers';
import { type GivenRole, roleActions, roleOf } from './user';

export interface UserActions {
  /** Switches them on or off, and offers the way back. Says itself what went wrong. */
  setEnabled: (users: readonly User[], enabled: boolean) => Promise<void>;
  /** Rejects with the problem. */
  giveRole: (user: User, role: GivenRole) => Promise<void>;
  /** Offers the way back. Rejects with the problem. */
  remove: (user: User) => Promise<void>;
}

/** What can be done to users, from the list and from a user's page. */
export function useUserActions(): UserActions {
  const { t } = useTranslation('users');
  const notify = useNotify();
  const [manage] = usePostUserManageMutation();
  const [removeOne] = useDeleteUserIdMutation();
  const [restore] = usePostUserRestoreMutation();
  const give = (username: string, role: GivenRole) => manage({ body: { username, action: roleActions[role] } }).unwrap();
  const send = (username: string, action: 'enable' | 'disable') => manage({ body: { username, action } }).unwrap();
  return {
    setEnabled: (users, enabled) => switchUsers(users, enabled, { send, notify, t }),
    giveRole: async (user, role) => {
      const before = roleOf(user);
      await give(user.username, role);
      const text = t('done.role', { name: user.username, role: t(`roles.${role}`) });
      if (before === 'root') notify.success(text);
      else
        notify.undoable(text, async () => {
          await give(user.username, before);
        });
    },
    remove: async (user) => {
      await removeOne({ id: user.id }).unwrap();
      notify.undoable(t('done.deleted', { name: user.username }), async () => {
        await restore({ body: { ids: [user.id] } }).unwrap();
      });
    },
  };
}
