import type { TFunction } from 'i18next';
import { forEachOf } from '../../api/forEachOf';
import type { Token } from '../../api/generated';
import type { Notify } from '../../components/feedback/useNotify';
import { isSwitchedOn, nameOf, tokenStatus } from './token';

interface Switching {
  send: (id: number, status: number) => Promise<unknown>;
  notify: Notify;
  t: TFunction<'tokens'>;
}

/** Switches over those that are not so yet, and offers the way back. Says itself what went wrong. */
export async function switchTokens(tokens: readonly Token[], enabled: boolean, { send, notify, t }: Switching): Promise<void> {
  const changing = tokens.filter((token) => isSwitchedOn(token) !== enabled);
  const [first] = changing;
  if (!first) return;
  const sendAll = (on: boolean) => forEachOf(changing, ({ id }) => send(id, on ? tokenStatus.enabled : tokenStatus.disabled));
  const said = (what: 'enabled' | 'disabled' | 'switchFailed') => (changing.length === 1 ? t(`done.${what}One`, { name: nameOf(first) }) : t(`done.${what}`, { count: changing.length }));
  try {
    await sendAll(enabled);
    notify.undoable(said(enabled ? 'enabled' : 'disabled'), () => sendAll(!enabled));
  } catch (error) {
    notify.failure(said('switchFailed'), error);
  }
}
