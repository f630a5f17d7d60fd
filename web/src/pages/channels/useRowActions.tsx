import BlockIcon from '@mui/icons-material/Block';
import ChecklistIcon from '@mui/icons-material/Checklist';
import ContentCopyIcon from '@mui/icons-material/ContentCopy';
import DeleteIcon from '@mui/icons-material/DeleteOutlined';
import EditIcon from '@mui/icons-material/EditOutlined';
import ListAltIcon from '@mui/icons-material/ListAlt';
import PlayArrowIcon from '@mui/icons-material/PlayArrowOutlined';
import SpeedIcon from '@mui/icons-material/Speed';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Channel } from '../../api/generated';
import { useCan } from '../../auth/useAccount';
import type { RowAction } from '../../components/table/tableTypes';
import { requestsPath } from '../requests/requestsPath';
import { isEnabled } from './channel';
import { CheckDialog } from './CheckDialog';
import { DeleteChannels } from './DeleteChannels';
import { TestDialog } from './TestDialog';
import { useChannelActions } from './useChannelActions';

export interface ChannelRowActions {
  actionsOf: (channel: Channel) => readonly RowAction[];
  /** The dialog that an action opened. */
  dialog: ReactNode;
}

/** What the menu of one channel offers. */
export function useRowActions(onDeleted?: () => void): ChannelRowActions {
  const { t } = useTranslation(['channels', 'common']);
  const can = useCan();
  const navigate = useNavigate();
  const { toggle } = useChannelActions();
  const [open, setOpen] = useState<{ what: 'test' | 'check' | 'delete'; channel: Channel }>();
  const close = () => setOpen(undefined);

  const actionsOf = (channel: Channel): RowAction[] => {
    const requests: RowAction = { id: 'requests', label: t('showRequests'), icon: ListAltIcon, onClick: () => void navigate(requestsPath({ channel: String(channel.id) })) };
    if (!can('channels.write')) return [requests];
    return [
      { id: 'test', label: t('test.action'), icon: SpeedIcon, onClick: () => setOpen({ what: 'test', channel }) },
      { id: 'check', label: t('check.action'), icon: ChecklistIcon, onClick: () => setOpen({ what: 'check', channel }) },
      { id: 'edit', label: t('common:edit'), icon: EditIcon, onClick: () => void navigate(`/panel/channels/${channel.id}/edit`) },
      { id: 'copy', label: t('copyAction'), icon: ContentCopyIcon, onClick: () => void navigate(`/panel/channels/new?copy=${channel.id}`) },
      {
        id: 'toggle',
        label: isEnabled(channel) ? t('disable') : t('enable'),
        icon: isEnabled(channel) ? BlockIcon : PlayArrowIcon,
        onClick: () => void toggle(channel),
      },
      requests,
      { id: 'delete', label: t('common:delete'), icon: DeleteIcon, danger: true, onClick: () => setOpen({ what: 'delete', channel }) },
    ];
  };

  return { actionsOf, dialog: open && <ActionDialog {...open} onClose={close} onDeleted={onDeleted} /> };
}

interface ActionDialogProps {
  what: 'test' | 'check' | 'delete';
  channel: Channel;
  onClose: () => void;
  onDeleted?: () => void;
}

function ActionDialog({ what, channel, onClose, onDeleted }: ActionDialogProps) {
  if (what === 'test') return <TestDialog channel={channel} onClose={onClose} />;
  if (what === 'check') return <CheckDialog channel={channel} onClose={onClose} />;
  return <DeleteChannels channels={[channel]} onClose={onClose} onDone={onDeleted} />;
}
