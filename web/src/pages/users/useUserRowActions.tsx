import AddCardIcon from '@mui/icons-material/AddCardOutlined';
import BlockIcon from '@mui/icons-material/Block';
import DeleteIcon from '@mui/icons-material/DeleteOutlined';
import EditIcon from '@mui/icons-material/EditOutlined';
import ListAltIcon from '@mui/icons-material/ListAlt';
import PlayArrowIcon from '@mui/icons-material/PlayArrowOutlined';
import ShieldIcon from '@mui/icons-material/ShieldOutlined';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { User } from '../../api/generated';
import { useAccount, useCan } from '../../auth/useAccount';
import type { RowAction } from '../../components/table/tableTypes';
import { useListPaths } from '../../components/table/useListPaths';
import { requestsPath } from '../requests/requestsPath';
import { DeleteUser } from './DeleteUser';
import { QuotaDialog } from './QuotaDialog';
import { RoleDialog } from './RoleDialog';
import { isEnabled, mayChange, roleOf, rolesToGive, usersPath } from './user';
import { useUserActions } from './useUserActions';

interface UserRowActions {
  actionsOf: (user: User) => readonly RowAction[];
  /** What an action opened. */
  dialog: ReactNode;
}

type Opened = 'quota' | 'role' | 'delete';

/** What the menu of one user offers to those who may. */
export function useUserRowActions(onDeleted?: () => void): UserRowActions {
  const { t } = useTranslation(['users', 'common']);
  const account = useAccount();
  const mayWrite = useCan()('users.write');
  const navigate = useNavigate();
  const { editPath } = useListPaths(usersPath);
  const { setEnabled } = useUserActions();
  const [open, setOpen] = useState<{ what: Opened; user: User }>();

  const changesOf = (user: User): (RowAction | false)[] => {
    const on = isEnabled(user);
    const isRoot = roleOf(user) === 'root';
    return [
      { id: 'edit', label: t('common:edit'), icon: EditIcon, onClick: () => void navigate(editPath(user.id)) },
      { id: 'quota', label: t('quota.action'), icon: AddCardIcon, onClick: () => setOpen({ what: 'quota', user }) },
      rolesToGive(account, user).length > 0 && { id: 'role', label: t('roleChange.action'), icon: ShieldIcon, onClick: () => setOpen({ what: 'role', user }) },
      !isRoot && { id: 'toggle', label: on ? t('disable') : t('enable'), icon: on ? BlockIcon : PlayArrowIcon, onClick: () => void setEnabled([user], !on) },
      !isRoot && { id: 'delete', label: t('common:delete'), icon: DeleteIcon, danger: true, onClick: () => setOpen({ what: 'delete', user }) },
    ];
  };
  const actionsOf = (user: User): RowAction[] => {
    const requests: RowAction = { id: 'requests', label: t('showRequests'), icon: ListAltIcon, onClick: () => void navigate(requestsPath({ user_id: String(user.id) })) };
    const changes = mayWrite && mayChange(account, user) ? changesOf(user).filter((action) => action !== false) : [];
    return [requests, ...changes];
  };
  return { actionsOf, dialog: open && <ActionDialog {...open} onClose={() => setOpen(undefined)} onDeleted={onDeleted} /> };
}

interface ActionDialogProps {
  what: Opened;
  user: User;
  onClose: () => void;
  onDeleted?: () => void;
}

function ActionDialog({ what, user, onClose, onDeleted }: ActionDialogProps) {
  if (what === 'quota') return <QuotaDialog user={user} onClose={onClose} />;
  if (what === 'role') return <RoleDialog user={user} onClose={onClose} />;
  return <DeleteUser user={user} onClose={onClose} onDone={onDeleted} />;
}
