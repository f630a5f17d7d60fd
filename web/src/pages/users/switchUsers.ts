import type { TFunction } from 'i18next';
import { forEachOf } from '../../api/forEachOf';
import type { User } from '../../api/generated';
import type { Notify } from '../../components/feedback/useNotify';
import { isEnabled } from './user';

interface Switching {
  send: (username: string, action: 'enable' | 'disable') => Promise<unknown>;
  notify: Notify;
  t: TFunction<'users'>;
}

/** Switches over those that are not so yet, and offers the way back. Says itself what went wrong. */
export async function switchUsers(users: readonly User[], enabled: boolean, { send, notify, t }: Switching): Promise<void> {
  const changing = users.filter((user) => isEnabled(user) !== enabled);
  const [first] = changing;
  if (!first) return;
  const sendAll = (on: boolean) => forEachOf(changing, ({ username }) => send(username, on ? 'enable' : 'disable'));
  const said = (what: 'enabled' | 'disabled' | 'switchFailed') => (changing.length === 1 ? t(`done.${what}One`, { name: first.username }) : t(`done.${what}`, { count: changing.length }));
  try {
    await sendAll(enabled);
    notify.undoable(said(enabled ? 'enabled' : 'disabled'), () => sendAll(!enabled));
  } catch (error) {
    notify.failure(said('switchFailed'), error);
  }
}
