import BlockIcon from '@mui/icons-material/Block';
import DeleteIcon from '@mui/icons-material/DeleteOutlined';
import LabelIcon from '@mui/icons-material/LabelOutlined';
import PlayArrowIcon from '@mui/icons-material/PlayArrowOutlined';
import Button from '@mui/material/Button';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Channel } from '../../api/generated';
import { useNotify } from '../../components/feedback/useNotify';
import type { Selection } from '../../components/table/selection';
import { DeleteChannels } from './DeleteChannels';
import { TagDialog } from './TagDialog';
import { useChannelActions } from './useChannelActions';

interface BulkActionsProps {
  selection: Selection<Channel>;
  loadMatching: () => Promise<Channel[]>;
}

/** What can be done to all selected channels at once. */
export function BulkActions({ selection, loadMatching }: BulkActionsProps) {
  const { t } = useTranslation(['channels', 'common']);
  const notify = useNotify();
  const { setEnabled } = useChannelActions();
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState<{ what: 'tag' | 'delete'; channels: readonly Channel[] }>();

  const withSelected = async (act: (channels: readonly Channel[]) => unknown) => {
    setBusy(true);
    try {
      await act(selection.allMatching ? await loadMatching() : selection.rows);
    } catch (error) {
      notify.failure(t('bulk.notLoaded'), error);
    } finally {
      setBusy(false);
    }
  };
  const switchAll = (enabled: boolean) => withSelected((channels) => setEnabled(channels, enabled));
  const ask = (what: 'tag' | 'delete') => withSelected((channels) => setAsking({ what, channels }));
  const close = () => setAsking(undefined);

  return (
    <>
      <Button color="inherit" startIcon={<PlayArrowIcon />} disabled={busy} onClick={() => switchAll(true)}>
        {t('bulk.enable')}
      </Button>
      <Button color="inherit" startIcon={<BlockIcon />} disabled={busy} onClick={() => switchAll(false)}>
        {t('bulk.disable')}
      </Button>
      <Button color="inherit" startIcon={<LabelIcon />} disabled={busy} onClick={() => ask('tag')}>
        {t('bulk.tag')}
      </Button>
      <Button color="error" startIcon={<DeleteIcon />} disabled={busy} onClick={() => ask('delete')}>
        {t('common:delete')}
      </Button>
      {asking?.what === 'tag' && <TagDialog channels={asking.channels} onClose={close} />}
      {asking?.what === 'delete' && <DeleteChannels channels={asking.channels} onClose={close} onDone={selection.clear} />}
    </>
  );
}
