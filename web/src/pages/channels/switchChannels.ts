import type { TFunction } from 'i18next';
import type { Channel } from '../../api/generated';
import { switchOver } from '../../components/feedback/switchOver';
import type { Notify } from '../../components/feedback/useNotify';
import { isEnabled } from './channel';

interface Switching {
  send: (ids: number[], enabled: boolean) => Promise<unknown>;
  notify: Notify;
  t: TFunction<'channels'>;
}

export function switchChannels(channels: readonly Channel[], enabled: boolean, { send, notify, t }: Switching): Promise<void> {
  return switchOver(channels, enabled, {
    isOn: isEnabled,
    send: (changing, on) => send(changing.map(({ id }) => id), on),
    say: (what, { name }, count) => {
      const key = what === 'failed' ? 'statusFailed' : what;
      return count === 1 ? t(`done.${key}One`, { name }) : t(`done.${key}`, { count });
    },
    notify,
  });
}
