import { useTranslation } from 'react-i18next';
import { type Channel, useDeleteChannelBatchMutation, useDeleteChannelIdTagMutation, usePutChannelMutation } from '../../api/generated';
import { useNotify } from '../../components/feedback/useNotify';
import { channelStatus, isEnabled } from './channel';
import { forEachOf } from '../../api/forEachOf';

export interface ChannelActions {
  /** Switches one on or off, and offers the way back. Says itself what went wrong. */
  toggle: (channel: Channel) => Promise<void>;
  setEnabled: (channels: readonly Channel[], enabled: boolean) => Promise<void>;
  /** An empty tag takes them out of theirs. Rejects with the first problem. */
  setTag: (channels: readonly Channel[], tag: string) => Promise<void>;
  /** Rejects with the problem. */
  remove: (channels: readonly Channel[]) => Promise<void>;
}

/** What can be done to channels that exist, from the list and from their own page. */
export function useChannelActions(): ChannelActions {
  const { t } = useTranslation('channels');
  const notify = useNotify();
  const [change] = usePutChannelMutation();
  const [leaveTag] = useDeleteChannelIdTagMutation();
  const [removeBatch] = useDeleteChannelBatchMutation();

  const setStatus = (id: number, status: number) => change({ channelChange: { id, status } }).unwrap();
  const putTag = (id: number, tag: string): Promise<unknown> => (tag ? change({ channelChange: { id, tag } }) : leaveTag({ id })).unwrap();
  const restoreStatus = (channels: readonly Channel[]) => forEachOf(channels, ({ id, status }) => setStatus(id, status));

  const setEnabled = async (channels: readonly Channel[], enabled: boolean) => {
    const changing = channels.filter((channel) => isEnabled(channel) !== enabled);
    const [first] = changing;
    if (!first) return;
    const count = changing.length;
    const { name } = first;
    try {
      await forEachOf(changing, ({ id }) => setStatus(id, enabled ? channelStatus.enabled : channelStatus.disabled));
      const done = enabled ? 'enabled' : 'disabled';
      notify.undoable(count === 1 ? t(`done.${done}One`, { name }) : t(`done.${done}`, { count }), () => restoreStatus(changing));
    } catch (error) {
      notify.failure(count === 1 ? t('done.statusFailedOne', { name }) : t('done.statusFailed', { count }), error);
    }
  };

  return {
    toggle: (channel) => setEnabled([channel], !isEnabled(channel)),
    setEnabled,
    setTag: async (channels, tag) => {
      await forEachOf(channels, ({ id }) => putTag(id, tag));
      notify.undoable(t('done.tagged', { count: channels.length }), () => forEachOf(channels, (channel) => putTag(channel.id, channel.tag)));
    },
    remove: async (channels) => {
      await removeBatch({ channelBatch: { ids: channels.map(({ id }) => id), value: 'delete' } }).unwrap();
      const [only, another] = channels;
      notify.success(only && !another ? t('done.deletedOne', { name: only.name }) : t('done.deleted', { count: channels.length }));
    },
  };
}
