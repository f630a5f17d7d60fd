import { useTranslation } from 'react-i18next';
import type { Channel } from '../../api/generated';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { isEnabled } from './channel';
import { useChannelActions } from './useChannelActions';

interface DeleteChannelsProps {
  channels: readonly Channel[];
  onClose: () => void;
  onDone?: () => void;
}

/** Asks first. What serves calls now, or is more than one, goes only when it is named. */
export function DeleteChannels({ channels, onClose, onDone }: DeleteChannelsProps) {
  const { t } = useTranslation(['channels', 'common']);
  const { remove } = useChannelActions();
  const [first] = channels;
  if (!first) return null;
  const count = channels.length;
  const serving = channels.filter(isEnabled).length;
  const single = count === 1;
  const confirm = async () => {
    await remove(channels);
    onDone?.();
  };
  return (
    <ConfirmDialog
      danger
      title={single ? t('delete.titleOne', { name: first.name }) : t('delete.title', { count })}
      text={serving > 0 ? t('delete.textServing', { count: serving }) : t('delete.text')}
      confirmLabel={t('common:delete')}
      typed={single ? nameToType(first, serving) : String(count)}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}

function nameToType({ name, id }: Channel, serving: number): string | undefined {
  return serving > 0 ? name || String(id) : undefined;
}
