import { useTranslation } from 'react-i18next';
import { forEachOf } from '../../api/forEachOf';
import { type Token, useDeleteTokenIdMutation, usePostTokenRestoreMutation, usePutTokenMutation } from '../../api/generated';
import { useNotify } from '../../components/feedback/useNotify';
import { isSwitchedOn, nameOf, tokenStatus } from './token';

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
  const setStatus = (tokens: readonly Token[], enabled: boolean) =>
    forEachOf(tokens, ({ id }) => change({ statusOnly: 'true', tokenChange: { id, status: enabled ? tokenStatus.enabled : tokenStatus.disabled } }).unwrap());
  const said = (what: 'enabled' | 'disabled' | 'deleted' | 'switchFailed', tokens: readonly Token[]) => {
    const [first] = tokens;
    return tokens.length === 1 && first ? t(`done.${what}One`, { name: nameOf(first) }) : t(`done.${what}`, { count: tokens.length });
  };
  return {
    setEnabled: async (tokens, enabled) => {
      const changing = tokens.filter((token) => isSwitchedOn(token) !== enabled);
      if (changing.length === 0) return;
      try {
        await setStatus(changing, enabled);
        notify.undoable(said(enabled ? 'enabled' : 'disabled', changing), () => setStatus(changing, !enabled));
      } catch (error) {
        notify.failure(said('switchFailed', changing), error);
      }
    },
    remove: async (tokens) => {
      await forEachOf(tokens, ({ id }) => removeOne({ id }).unwrap());
      notify.undoable(said('deleted', tokens), async () => {
        await restore({ body: { ids: tokens.map(({ id }) => id) } }).unwrap();
      });
    },
  };
}
