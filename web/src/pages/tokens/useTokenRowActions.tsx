import BlockIcon from '@mui/icons-material/Block';
import DeleteIcon from '@mui/icons-material/DeleteOutlined';
import EditIcon from '@mui/icons-material/EditOutlined';
import ListAltIcon from '@mui/icons-material/ListAlt';
import PlayArrowIcon from '@mui/icons-material/PlayArrowOutlined';
import PowerIcon from '@mui/icons-material/PowerOutlined';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Token } from '../../api/generated';
import type { RowAction } from '../../components/table/tableTypes';
import { useListPaths } from '../../components/table/useListPaths';
import { requestsPath } from '../requests/requestsPath';
import { DeleteTokens } from './DeleteTokens';
import { isSwitchedOn, tokensPath } from './token';
import { useTokenActions } from './useTokenActions';

interface TokenRowActions {
  actionsOf: (token: Token) => readonly RowAction[];
  /** The question that an action asks. */
  dialog: ReactNode;
}

/** What the menu of one token offers. */
export function useTokenRowActions(onDeleted?: () => void): TokenRowActions {
  const { t } = useTranslation(['tokens', 'common']);
  const navigate = useNavigate();
  const { editPath } = useListPaths(tokensPath);
  const { setEnabled } = useTokenActions();
  const [deleting, setDeleting] = useState<Token>();
  const actionsOf = (token: Token): RowAction[] => {
    const on = isSwitchedOn(token);
    return [
      { id: 'edit', label: t('common:edit'), icon: EditIcon, onClick: () => void navigate(editPath(token.id)) },
      { id: 'toggle', label: on ? t('disable') : t('enable'), icon: on ? BlockIcon : PlayArrowIcon, onClick: () => void setEnabled([token], !on) },
      { id: 'connect', label: t('connect'), icon: PowerIcon, onClick: () => void navigate(`/panel/connect?token=${token.id}`) },
      { id: 'requests', label: t('showRequests'), icon: ListAltIcon, onClick: () => void navigate(requestsPath({ token_id: String(token.id) })) },
      { id: 'delete', label: t('common:delete'), icon: DeleteIcon, danger: true, onClick: () => setDeleting(token) },
    ];
  };
  return { actionsOf, dialog: deleting && <DeleteTokens tokens={[deleting]} onClose={() => setDeleting(undefined)} onDone={onDeleted} /> };
}
