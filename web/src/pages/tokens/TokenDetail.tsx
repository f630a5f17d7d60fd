import EditIcon from '@mui/icons-material/EditOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { skipToken } from '@reduxjs/toolkit/query';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { type Token, useGetTokenIdQuery } from '../../api/generated';
import { CodeBlock } from '../../components/CodeBlock';
import { CopyButton } from '../../components/CopyButton';
import { Facts } from '../../components/Facts';
import { ErrorPanel } from '../../components/feedback/ErrorPanel';
import { Quota } from '../../components/format/Quota';
import { Time } from '../../components/format/Time';
import { useFormat } from '../../components/format/useFormat';
import { RevealButton } from '../../components/RevealButton';
import { Section } from '../../components/Section';
import { PageMenu } from '../../components/table/PageMenu';
import { useListPaths } from '../../components/table/useListPaths';
import { Page } from '../../layout/Page';
import { hiddenKey, keyOf } from '../connect/tokens';
import { requestsPath } from '../requests/requestsPath';
import { keyHint, nameOf, tokensPath } from './token';
import { TokenSwitch } from './TokenSwitch';
import { LastUsed } from './useTokenColumns';
import { useTokenCurl } from './useTokenCurl';
import { useTokenRowActions } from './useTokenRowActions';

export function TokenDetail() {
  const { t } = useTranslation(['tokens', 'common']);
  const id = Number(useParams().id);
  const { currentData: token, error, refetch } = useGetTokenIdQuery(Number.isSafeInteger(id) ? { id } : skipToken);
  if (token) return <Detail token={token} />;
  return (
    <Page title={t('token')} parent="tokens">
      {error === undefined ? <Skeleton role="status" variant="rounded" height={320} aria-label={t('common:loading')} /> : <ErrorPanel error={error} onRetry={() => void refetch()} />}
    </Page>
  );
}

function Detail({ token }: { token: Token }) {
  const { t } = useTranslation('tokens');
  return (
    <Page title={nameOf(token)} parent="tokens" subtitle={t('tokenNumber', { id: token.id })} actions={<Actions token={token} />}>
      <Box sx={{ display: 'grid', gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(2, minmax(0, 1fr))' }, gap: 2, alignItems: 'start' }}>
        <Section title={t('detail.use')} actions={<ShowRequests token={token} />}>
          <UseFacts token={token} />
        </Section>
        <Section title={t('detail.limits')}>
          <LimitFacts token={token} />
        </Section>
        <Box sx={{ gridColumn: '1 / -1', minWidth: 0 }}>
          <Section title={t('detail.call')} actions={<ConnectButton token={token} />}>
            <Snippet token={token} />
          </Section>
        </Box>
      </Box>
    </Page>
  );
}

function Actions({ token }: { token: Token }) {
  const { t } = useTranslation(['tokens', 'common']);
  const navigate = useNavigate();
  const { editPath } = useListPaths(tokensPath);
  const { actionsOf, dialog } = useTokenRowActions(() => void navigate(tokensPath, { replace: true }));
  return (
    <>
      <Button variant="contained" startIcon={<EditIcon />} component={Link} to={editPath(token.id)}>
        {t('common:edit')}
      </Button>
      <PageMenu actions={actionsOf(token)} />
      {dialog}
    </>
  );
}

function ShowRequests({ token }: { token: Token }) {
  const { t } = useTranslation('tokens');
  return (
    <Button size="small" component={Link} to={requestsPath({ token_id: String(token.id) })}>
      {t('showRequests')}
    </Button>
  );
}

function ConnectButton({ token }: { token: Token }) {
  const { t } = useTranslation('tokens');
  return (
    <Button size="small" component={Link} to={`/panel/connect?token=${token.id}`}>
      {t('connect')}
    </Button>
  );
}

function UseFacts({ token }: { token: Token }) {
  const { t } = useTranslation('tokens');
  const { number } = useFormat();
  const key = keyOf(token);
  return (
    <Facts
      facts={[
        { label: t('status'), value: <TokenSwitch token={token} /> },
        {
          label: t('key.label'),
          value: (
            <Box component="span" dir="ltr">
              {key ? hiddenKey(key) : keyHint(token)}
              {key && <CopyButton text={key} what={t('theKey')} />}
              {token.key_withheld && <RevealButton name={nameOf(token)} />}
            </Box>
          ),
        },
        { label: t('remaining'), value: token.unlimited_quota ? t('unlimited') : <Quota value={token.remain_quota} /> },
        { label: t('used'), value: <Quota value={token.used_quota} /> },
        { label: t('requests'), value: number(token.request_count) },
        { label: t('lastUsed'), value: <LastUsed token={token} /> },
        { label: t('created'), value: <Time at={token.created_time} absolute /> },
      ]}
    />
  );
}

function LimitFacts({ token }: { token: Token }) {
  const { t } = useTranslation(['tokens', 'common']);
  const { limits, heartbeat, billing_tag: billingTag } = token.setting;
  const models = limits?.limit_model_setting;
  const addresses = limits?.limits_ip_setting;
  return (
    <Facts
      facts={[
        { label: t('expires'), value: <Time at={token.expired_time} never={t('never')} absolute /> },
        { label: t('group'), value: token.group || t('form.ownGroup') },
        { label: t('form.fallback'), value: token.backup_group || t('form.noFallback') },
        { label: t('form.models'), value: models?.enabled ? listed(models.models) : t('detail.all') },
        { label: t('form.addresses'), value: addresses?.enabled ? listed(addresses.whitelist) : t('detail.anyAddress') },
        { label: t('form.heartbeat'), value: heartbeat?.enabled ? t('detail.heartbeatAfter', { seconds: heartbeat.timeout_seconds }) : t('common:no') },
        Boolean(billingTag) && { label: t('billingTag'), value: billingTag },
      ]}
    />
  );
}

function listed(names: readonly string[] | undefined): string {
  return names?.join(', ') ?? '';
}

function Snippet({ token }: { token: Token }) {
  const { t } = useTranslation('tokens');
  const { shown, copied } = useTokenCurl(token);
  if (shown === undefined) return <Typography color="textSecondary">{t('detail.noModel')}</Typography>;
  return <CodeBlock code={shown} copied={copied} what={t('theCommand')} />;
}
