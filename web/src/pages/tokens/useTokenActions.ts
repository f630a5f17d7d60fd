import { useTranslation } from 'react-i18next';
import { forEachOf } from '../../api/forEachOf';
import { type Token, useDeleteTokenIdMutation, usePostTokenRestoreMutation, usePutTokenMutation } from '../../api/generated';
import { useNotify } from '../../components/feedback/useNotify';
import { switchTokens } from './switchTokens';
import { nameOf } from './token';

export interface TokenActions {
  /** Switches them on or off, and offers the way back. Says itself what went wrong. */
  setEnabled: (tokens: readonly Token[], enabled: boolean) => Promise<void>;
  /** Offers the way back. Rejects with the first problem. */
  remove: (tokens: readonly Token[]) => Promise<void>;
}

/** What can be done to one's own tokens, from the list and from a token's page. */
export function useTokenActions(): TokenActions {
  const { t } = useTranslation('tokens');
  const notify = useNotify();
  const [change] = usePutTokenMutation();
  const [removeOne] = useDeleteTokenIdMutation();
  const [restore] = usePostTokenRestoreMutation();
  const send = (id: number, status: number) => change({ statusOnly: 'true', tokenChange: { id, status } }).unwrap();
  return {
    setEnabled: (tokens, enabled) => switchTokens(tokens, enabled, { send, notify, t }),
    remove: async (tokens) => {
      await forEachOf(tokens, ({ id }) => removeOne({ id }).unwrap());
      const [first] = tokens;
      const done = tokens.length === 1 && first ? t('done.deletedOne', { name: nameOf(first) }) : t('done.deleted', { count: tokens.length });
      notify.undoable(done, async () => {
        await restore({ body: { ids: tokens.map(({ id }) => id) } }).unwrap();
      });
    },
  };
}
