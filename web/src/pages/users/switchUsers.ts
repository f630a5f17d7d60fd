import type { TFunction } from 'i18next';
import { forEachOf } from '../../api/forEachOf';
import type { User } from '../../api/generated';
import { switchOver } from '../../components/feedback/switchOver';
import type { Notify } from '../../components/feedback/useNotify';
import { isEnabled } from './user';

interface Switching {
  send: (username: string, action: 'enable' | 'disable') => Promise<unknown>;
  notify: Notify;
  t: TFunction<'users'>;
}

export function switchUsers(users: readonly User[], enabled: boolean, { send, notify, t }: Switching): Promise<void> {
  return switchOver(users, enabled, {
    isOn: isEnabled,
    send: (changing, on) => forEachOf(changing, ({ username }) => send(username, on ? 'enable' : 'disable')),
    say: (what, first, count) => {
      const key = what === 'failed' ? 'switchFailed' : what;
      return count === 1 ? t(`done.${key}One`, { name: first.username }) : t(`done.${key}`, { count });
    },
    notify,
  });
}
