import Stack from '@mui/material/Stack';
import Switch from '@mui/material/Switch';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { User } from '../../api/generated';
import { useAccount, useCan } from '../../auth/useAccount';
import { StatusChip } from '../../components/StatusChip';
import { isEnabled, mayChange, roleOf } from './user';
import { useUserActions } from './useUserActions';

/** A user's state, to be switched by those who may. */
export function UserSwitch({ user }: { user: User }) {
  const { t } = useTranslation('users');
  const account = useAccount();
  const mayWrite = useCan()('users.write');
  const { setEnabled } = useUserActions();
  const [busy, setBusy] = useState(false);
  const on = isEnabled(user);
  const toggle = async () => {
    setBusy(true);
    await setEnabled([user], !on);
    setBusy(false);
  };
  return (
    <Stack direction="row" sx={{ alignItems: 'center', gap: 0.5 }}>
      {mayWrite && (
        <Switch
          size="small"
          checked={on}
          disabled={busy || !mayChange(account, user) || roleOf(user) === 'root'}
          onChange={toggle}
          slotProps={{ input: { 'aria-label': t('switch', { name: user.username }) } }}
        />
      )}
      <StatusChip tone={on ? 'good' : 'off'} label={on ? t('state.enabled') : t('state.disabled')} />
    </Stack>
  );
}
