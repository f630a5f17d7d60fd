import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import type { Channel } from '../../api/generated';
import { FormDialog, TextField } from '../../forms';
import { useChannelActions } from './useChannelActions';

interface TagDialogProps {
  channels: readonly Channel[];
  onClose: () => void;
}

/** Gives all of them one tag, or takes them out of theirs. */
export function TagDialog({ channels, onClose }: TagDialogProps) {
  const { t } = useTranslation('channels');
  const { setTag } = useChannelActions();
  const tag = channels.every((channel) => channel.tag === channels[0]?.tag) ? channels[0]?.tag : '';
  return (
    <FormDialog
      title={t('bulk.tagTitle', { count: channels.length })}
      onClose={onClose}
      schema={z.object({ tag: z.string().trim() })}
      defaultValues={{ tag: tag ?? '' }}
      onSubmit={(values) => setTag(channels, values.tag)}
    >
      <TextField name="tag" label={t('tag')} help={t('bulk.tagHelp')} />
    </FormDialog>
  );
}
