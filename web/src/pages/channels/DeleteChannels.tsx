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

/** Asks first, and says what comes of it; it can be undone for a while. */
export function DeleteChannels({ channels, onClose, onDone }: DeleteChannelsProps) {
  const { t } = useTranslation(['channels', 'common']);
  const { remove } = useChannelActions();
  const [first] = channels;
  if (!first) return null;
  const count = channels.length;
  const serving = channels.filter(isEnabled).length;
  const confirm = async () => {
    await remove(channels);
    onDone?.();
  };
  return (
    <ConfirmDialog
      danger
      title={count === 1 ? t('delete.titleOne', { name: first.name }) : t('delete.title', { count })}
      text={serving > 0 ? t('delete.textServing', { count: serving }) : t('delete.text')}
      confirmLabel={t('common:delete')}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}
