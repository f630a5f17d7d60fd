import BlockIcon from '@mui/icons-material/Block';
import PlayArrowIcon from '@mui/icons-material/PlayArrowOutlined';
import Button from '@mui/material/Button';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { User } from '../../api/generated';
import { useAccount } from '../../auth/useAccount';
import { useNotify } from '../../components/feedback/useNotify';
import type { Selection } from '../../components/table/selection';
import { mayChange, roleOf } from './user';
import { useUserActions } from './useUserActions';

interface BulkActionsProps {
  selection: Selection<User>;
  loadMatching: () => Promise<User[]>;
}

/** What can be done to all selected users at once; those above are left alone. */
export function BulkActions({ selection, loadMatching }: BulkActionsProps) {
  const { t } = useTranslation('users');
  const account = useAccount();
  const notify = useNotify();
  const { setEnabled } = useUserActions();
  const [busy, setBusy] = useState(false);
  const switchAll = async (enabled: boolean) => {
    setBusy(true);
    try {
      const users = selection.allMatching ? await loadMatching() : selection.rows;
      await setEnabled(users.filter((user) => mayChange(account, user) && roleOf(user) !== 'root'), enabled);
    } catch (error) {
      notify.failure(t('bulkNotLoaded'), error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button color="inherit" startIcon={<PlayArrowIcon />} disabled={busy} onClick={() => switchAll(true)}>
        {t('enable')}
      </Button>
      <Button color="inherit" startIcon={<BlockIcon />} disabled={busy} onClick={() => switchAll(false)}>
        {t('disable')}
      </Button>
    </>
  );
}
