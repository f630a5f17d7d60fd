import EditIcon from '@mui/icons-material/EditOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import { skipToken } from '@reduxjs/toolkit/query';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { type User, useGetUserIdQuery } from '../../api/generated';
import { useAccount, useCan } from '../../auth/useAccount';
import { CopyButton } from '../../components/CopyButton';
import { Facts } from '../../components/Facts';
import { ErrorPanel } from '../../components/feedback/ErrorPanel';
import { Quota } from '../../components/format/Quota';
import { Time } from '../../components/format/Time';
import { useFormat } from '../../components/format/useFormat';
import { Section } from '../../components/Section';
import { PageMenu } from '../../components/table/PageMenu';
import { useListPaths } from '../../components/table/useListPaths';
import { Page } from '../../layout/Page';
import { requestsPath } from '../requests/requestsPath';
import { BalanceChanges } from './BalanceChanges';
import { MaybeText } from './MaybeText';
import { mayChange, roleOf, usersPath } from './user';
import { UserSwitch } from './UserSwitch';
import { UserTokens } from './UserTokens';
import { useUserRowActions } from './useUserRowActions';

export function UserDetail() {
  const { t } = useTranslation(['users', 'common']);
  const id = Number(useParams().id);
  const { currentData: user, error, refetch } = useGetUserIdQuery(Number.isSafeInteger(id) ? { id } : skipToken, { refetchOnMountOrArgChange: true });
  if (user) return <Detail user={user} />;
  return (
    <Page title={t('user')} parent="users">
      {error === undefined ? <Skeleton role="status" variant="rounded" height={320} aria-label={t('common:loading')} /> : <ErrorPanel error={error} onRetry={() => void refetch()} />}
    </Page>
  );
}

function Detail({ user }: { user: User }) {
  const { t } = useTranslation('users');
  return (
    <Page title={user.username} parent="users" subtitle={t('userNumber', { id: user.id })} actions={<Actions user={user} />}>
      <Box sx={{ display: 'grid', gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(2, minmax(0, 1fr))' }, gap: 2, alignItems: 'start' }}>
        <Section title={t('detail.account')}>
          <AccountFacts user={user} />
        </Section>
        <Section title={t('detail.money')} actions={<ShowRequests user={user} />}>
          <MoneyFacts user={user} />
        </Section>
        <BalanceChanges user={user} />
        <UserTokens user={user} />
      </Box>
    </Page>
  );
}

function Actions({ user }: { user: User }) {
  const { t } = useTranslation(['users', 'common']);
  const account = useAccount();
  const mayWrite = useCan()('users.write');
  const navigate = useNavigate();
  const { editPath } = useListPaths(usersPath);
  const { actionsOf, dialog } = useUserRowActions(() => void navigate(usersPath, { replace: true }));
  return (
    <>
      {mayWrite && mayChange(account, user) && (
        <Button variant="contained" startIcon={<EditIcon />} component={Link} to={editPath(user.id)}>
          {t('common:edit')}
        </Button>
      )}
      <PageMenu actions={actionsOf(user)} />
      {dialog}
    </>
  );
}

function ShowRequests({ user }: { user: User }) {
  const { t } = useTranslation('users');
  return (
    <Button size="small" component={Link} to={requestsPath({ user_id: String(user.id) })}>
      {t('showRequests')}
    </Button>
  );
}

function AccountFacts({ user }: { user: User }) {
  const { t } = useTranslation('users');
  return (
    <Facts
      facts={[
        { label: t('status'), value: <UserSwitch user={user} /> },
        { label: t('displayName'), value: <MaybeText text={user.display_name} /> },
        {
          label: t('email'),
          value: (
            <>
              <MaybeText text={user.email} />
              {user.email && <CopyButton text={user.email} what={t('theEmail')} />}
            </>
          ),
        },
        { label: t('role'), value: t(`roles.${roleOf(user)}`) },
        { label: t('group'), value: user.group },
        { label: t('created'), value: <Time at={user.created_time ?? 0} absolute /> },
        { label: t('lastSignIn'), value: <Time at={user.last_login_time ?? 0} never={t('never')} absolute /> },
        { label: t('lastAddress'), value: <MaybeText text={user.last_login_ip} /> },
      ]}
    />
  );
}

function MoneyFacts({ user }: { user: User }) {
  const { t } = useTranslation('users');
  const { number } = useFormat();
  return (
    <Facts
      facts={[
        { label: t('balance'), value: <Quota value={user.quota} /> },
        { label: t('used'), value: <Quota value={user.used_quota} /> },
        { label: t('requests'), value: number(user.request_count) },
      ]}
    />
  );
}
