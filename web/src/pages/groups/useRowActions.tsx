import BlockIcon from '@mui/icons-material/Block';
import DeleteIcon from '@mui/icons-material/DeleteOutlined';
import EditIcon from '@mui/icons-material/EditOutlined';
import PlayArrowIcon from '@mui/icons-material/PlayArrowOutlined';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Group } from '../../api/generated';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import type { RowAction } from '../../components/table/tableTypes';
import { useGroupActions } from './useGroupActions';
import { useGroupPaths } from './useGroupPaths';

export interface GroupRowActions {
  actionsOf: (group: Group) => readonly RowAction[];
  dialog: ReactNode;
}

export function useRowActions(): GroupRowActions {
  const { t } = useTranslation(['groups', 'common']);
  const navigate = useNavigate();
  const { editPath } = useGroupPaths();
  const { toggle, remove } = useGroupActions();
  const [deleting, setDeleting] = useState<Group>();
  const actionsOf = (group: Group): RowAction[] => [
    { id: 'edit', label: t('common:edit'), icon: EditIcon, onClick: () => void navigate(editPath(group)) },
    { id: 'toggle', label: group.enable ? t('disable') : t('enable'), icon: group.enable ? BlockIcon : PlayArrowIcon, onClick: () => void toggle(group) },
    { id: 'delete', label: t('common:delete'), icon: DeleteIcon, danger: true, onClick: () => setDeleting(group) },
  ];
  const dialog = deleting && (
    <ConfirmDialog
      danger
      title={t('delete.title', { symbol: deleting.symbol })}
      text={t('delete.text')}
      confirmLabel={t('common:delete')}
      onConfirm={() => remove(deleting)}
      onClose={() => setDeleting(undefined)}
    />
  );
  return { actionsOf, dialog };
}
