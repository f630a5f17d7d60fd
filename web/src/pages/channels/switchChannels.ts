import type { TFunction } from 'i18next';
import type { Channel } from '../../api/generated';
import type { Notify } from '../../components/feedback/useNotify';
import { isEnabled } from './channel';

interface Switching {
  send: (ids: number[], enabled: boolean) => Promise<unknown>;
  notify: Notify;
  t: TFunction<'channels'>;
}

/** Switches over those that are not so yet, and offers the way back. Says itself what went wrong. */
export async function switchChannels(channels: readonly Channel[], enabled: boolean, { send, notify, t }: Switching): Promise<void> {
  const changing = channels.filter((channel) => isEnabled(channel) !== enabled);
  const [first] = changing;
  if (!first) return;
  const count = changing.length;
  const { name } = first;
  const ids = changing.map(({ id }) => id);
  try {
    await send(ids, enabled);
    const done = enabled ? 'enabled' : 'disabled';
    notify.undoable(count === 1 ? t(`done.${done}One`, { name }) : t(`done.${done}`, { count }), async () => {
      await send(ids, !enabled);
    });
  } catch (error) {
    notify.failure(count === 1 ? t('done.statusFailedOne', { name }) : t('done.statusFailed', { count }), error);
  }
}
