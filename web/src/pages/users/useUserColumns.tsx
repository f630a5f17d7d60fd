import Link from '@mui/material/Link';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import type { User } from '../../api/generated';
import { Clipped } from '../../components/Clipped';
import { Quota } from '../../components/format/Quota';
import { Time } from '../../components/format/Time';
import { Tokens } from '../../components/format/Tokens';
import type { DataColumn } from '../../components/table/columns';
import { MaybeText } from './MaybeText';
import { isEnabled, roleOf, usersPath } from './user';
import { UserSwitch } from './UserSwitch';

export function useUserColumns(): readonly DataColumn<User>[] {
  const { t } = useTranslation('users');
  return useMemo(
    () => [
      { id: 'username', header: t('username'), cell: (user) => <Name user={user} />, value: (user) => user.username, sortable: true, minWidth: 140, essential: true, card: 'title' },
      { id: 'status', header: t('status'), cell: (user) => <UserSwitch user={user} />, value: (user) => (isEnabled(user) ? t('state.enabled') : t('state.disabled')), sortable: true, essential: true },
      { id: 'role', header: t('role'), cell: (user) => t(`roles.${roleOf(user)}`), value: (user) => t(`roles.${roleOf(user)}`), sortable: true },
      { id: 'group', header: t('group'), cell: (user) => <Clipped text={user.group} />, value: (user) => user.group, sortable: true, minWidth: 90 },
      { id: 'quota', header: t('balance'), cell: (user) => <Quota value={user.quota} />, value: (user) => user.quota, sortable: true, align: 'right' },
      { id: 'used_quota', header: t('used'), cell: (user) => <Quota value={user.used_quota} />, value: (user) => user.used_quota, sortable: true, align: 'right' },
      { id: 'request_count', header: t('requests'), cell: (user) => <Tokens count={user.request_count} />, value: (user) => user.request_count, sortable: true, align: 'right', from: 'xl' },
      { id: 'last_login_time', header: t('lastSignIn'), cell: (user) => <Time at={user.last_login_time ?? 0} never={t('never')} />, value: (user) => user.last_login_time, sortable: true },
      { id: 'created_time', header: t('created'), cell: (user) => <Time at={user.created_time ?? 0} />, value: (user) => user.created_time, sortable: true, hidden: true },
      { id: 'last_login_ip', header: t('lastAddress'), cell: (user) => <MaybeText text={user.last_login_ip} />, value: (user) => user.last_login_ip, sortable: true, hidden: true },
      { id: 'email', header: t('email'), cell: (user) => <MaybeText text={user.email} />, value: (user) => user.email, sortable: true, minWidth: 180, hidden: true },
      { id: 'id', header: t('number'), cell: (user) => user.id, value: (user) => user.id, sortable: true, align: 'right', hidden: true },
    ],
    [t],
  );
}

function Name({ user }: { user: User }) {
  return (
    <Stack sx={{ minWidth: 0 }}>
      <Link component={RouterLink} to={`${usersPath}/${user.id}`} sx={{ fontWeight: 600 }}>
        <Clipped text={user.username} />
      </Link>
      {user.display_name !== user.username && (
        <Typography variant="caption" color="textSecondary" component="div">
          <Clipped text={user.display_name} lines={1} />
        </Typography>
      )}
    </Stack>
  );
}
