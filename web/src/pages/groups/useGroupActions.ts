import { useTranslation } from 'react-i18next';
import { type Group, useDeleteUserGroupIdMutation, usePostUserGroupMutation, usePutUserGroupEnableIdMutation } from '../../api/generated';
import { useNotify } from '../../components/feedback/useNotify';

export interface GroupActions {
  /** Says itself what went wrong. */
  toggle: (group: Group) => Promise<void>;
  /** Rejects with the problem. */
  remove: (group: Group) => Promise<void>;
}

export function useGroupActions(): GroupActions {
  const { t } = useTranslation('groups');
  const notify = useNotify();
  const [switchOver] = usePutUserGroupEnableIdMutation();
  const [removeOne] = useDeleteUserGroupIdMutation();
  const [add] = usePostUserGroupMutation();
  return {
    toggle: async (group) => {
      const { id = 0, symbol, enable } = group;
      try {
        await switchOver({ id }).unwrap();
        notify.undoable(enable ? t('done.disabled', { symbol }) : t('done.enabled', { symbol }), async () => {
          await switchOver({ id }).unwrap();
        });
      } catch (error) {
        notify.failure(t('done.switchFailed', { symbol }), error);
      }
    },
    remove: async (group) => {
      await removeOne({ id: group.id ?? 0 }).unwrap();
      notify.undoable(t('done.deleted', { symbol: group.symbol }), async () => {
        await add({ group: { ...group, id: undefined, version: undefined } }).unwrap();
      });
    },
  };
}
