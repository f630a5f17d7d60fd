import { useTranslation } from 'react-i18next';
import { type Channel, useDeleteChannelBatchMutation, usePostChannelBatchStatusMutation, usePostChannelBatchTagMutation, usePostChannelRestoreMutation } from '../../api/generated';
import { useNotify } from '../../components/feedback/useNotify';
import { channelStatus, isEnabled } from './channel';
import { switchChannels } from './switchChannels';

export interface ChannelActions {
  /** Switches it over, and offers the way back. Says itself what went wrong. */
  toggle: (channel: Channel) => Promise<void>;
  setEnabled: (channels: readonly Channel[], enabled: boolean) => Promise<void>;
  /** Rejects with the problem. */
  setTag: (channels: readonly Channel[], tag: string) => Promise<void>;
  /** Offers the way back. Rejects with the problem. */
  remove: (channels: readonly Channel[]) => Promise<void>;
}

/** What can be done to channels, from the list and from a channel's page. */
export function useChannelActions(): ChannelActions {
  const { t } = useTranslation('channels');
  const notify = useNotify();
  const [changeStatus] = usePostChannelBatchStatusMutation();
  const [changeTag] = usePostChannelBatchTagMutation();
  const [removeBatch] = useDeleteChannelBatchMutation();
  const [restore] = usePostChannelRestoreMutation();

  const switchAll = async (ids: number[], enabled: boolean) => {
    await changeStatus({ body: { ids, status: enabled ? channelStatus.enabled : channelStatus.disabled } }).unwrap();
  };
  const tagAll = async (channels: readonly Channel[], tag: string) => {
    await changeTag({ body: { ids: idsOf(channels), tag } }).unwrap();
  };

  const setEnabled = (channels: readonly Channel[], enabled: boolean) => switchChannels(channels, enabled, { send: switchAll, notify, t });

  return {
    toggle: (channel) => setEnabled([channel], !isEnabled(channel)),
    setEnabled,
    setTag: async (channels, tag) => {
      await tagAll(channels, tag);
      notify.undoable(t('done.tagged', { count: channels.length }), async () => {
        for (const [former, members] of byTag(channels)) await tagAll(members, former);
      });
    },
    remove: async (channels) => {
      const ids = idsOf(channels);
      await removeBatch({ channelBatch: { ids, value: 'delete' } }).unwrap();
      const [only, another] = channels;
      notify.undoable(only && !another ? t('done.deletedOne', { name: only.name }) : t('done.deleted', { count: channels.length }), async () => {
        await restore({ body: { ids } }).unwrap();
      });
    },
  };
}

function idsOf(channels: readonly Channel[]): number[] {
  return channels.map(({ id }) => id);
}

function byTag(channels: readonly Channel[]): Map<string, Channel[]> {
  const groups = new Map<string, Channel[]>();
  for (const channel of channels) groups.set(channel.tag, [...(groups.get(channel.tag) ?? []), channel]);
  return groups;
}
