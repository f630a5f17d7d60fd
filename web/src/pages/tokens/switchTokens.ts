import type { TFunction } from 'i18next';
import { forEachOf } from '../../api/forEachOf';
import type { Token } from '../../api/generated';
import { switchOver } from '../../components/feedback/switchOver';
import type { Notify } from '../../components/feedback/useNotify';
import { isSwitchedOn, nameOf, tokenStatus } from './token';

interface Switching {
  send: (id: number, status: number) => Promise<unknown>;
  notify: Notify;
  t: TFunction<'tokens'>;
}

export function switchTokens(tokens: readonly Token[], enabled: boolean, { send, notify, t }: Switching): Promise<void> {
  return switchOver(tokens, enabled, {
    isOn: isSwitchedOn,
    send: (changing, on) => forEachOf(changing, ({ id }) => send(id, on ? tokenStatus.enabled : tokenStatus.disabled)),
    say: (what, first, count) => {
      const key = what === 'failed' ? 'switchFailed' : what;
      return count === 1 ? t(`done.${key}One`, { name: nameOf(first) }) : t(`done.${key}`, { count });
    },
    notify,
  });
}
