import Link from '@mui/material/Link';
import Stack from '@mui/material/Stack';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import type { LogDetail, LogRow } from '../../api/generated';
import { useAccount, useCan } from '../../auth/useAccount';
import { CopyButton } from '../../components/CopyButton';
import { type Fact, Facts } from '../../components/Facts';
import { Quota } from '../../components/format/Quota';
import { Time } from '../../components/format/Time';
import { useFormat } from '../../components/format/useFormat';
import { isCall } from './logTypes';

/** Who asked for what, from where, and what it became on its way. */
export function RequestFacts({ detail }: { detail: LogDetail }) {
  const { t } = useTranslation(['requests', 'common']);
  const format = useFormat();
  const can = useCan();
  const { row, mode } = detail;
  const fact = (id: FactId, value: Fact['value']): Fact | false => Boolean(value) && { label: t(`facts.${id}`), value };
  return (
    <Facts
      facts={[
        fact('time', <Time at={row.created_at} absolute />),
        fact('model', <Models detail={detail} />),
        fact('error', row.error),
        fact('said', row.content),
        fact('user', can('users.read') ? <RouterName to={`/panel/users/${row.user_id}`} name={row.username} /> : row.username),
        fact('token', <Token row={row} />),
        fact('group', <Group row={row} />),
        fact('channel', row.channel && <RouterName to={`/panel/channels/${row.channel.id}`} name={row.channel.name || `#${row.channel.id}`} />),
        fact('operation', detail.operation),
        fact('dialect', detail.upstream_dialect && detail.upstream_dialect !== detail.client_dialect ? `${detail.client_dialect} → ${detail.upstream_dialect}` : detail.client_dialect),
        fact('mode', mode && t(`modes.${mode}`)),
        fact('stream', row.is_stream ? t('common:yes') : t('common:no')),
        fact('latency', isCall(row) && format.duration(row.request_time)),
        fact('cost', <Quota value={row.quota} />),
        fact('ip', row.source_ip),
      ]}
    />
  );
}

type FactId = 'time' | 'model' | 'error' | 'said' | 'user' | 'token' | 'group' | 'channel' | 'operation' | 'dialect' | 'mode' | 'stream' | 'latency' | 'cost' | 'ip';

function RouterName({ to, name }: { to: string; name: string }) {
  return (
    <Link component={RouterLink} to={to}>
      <bdi>{name}</bdi>
    </Link>
  );
}

/** As asked for, and as sent to the provider where a channel maps it. */
function Models({ detail: { row, upstream_model: sentAs } }: { detail: LogDetail }) {
  const { t } = useTranslation('requests');
  return (
    <Stack direction="row" useFlexGap sx={{ alignItems: 'center', flexWrap: 'wrap', columnGap: 0.5 }}>
      <bdi>{row.model_name}</bdi>
      <CopyButton text={row.model_name} what={t('theModel')} />
      {sentAs && sentAs !== row.model_name && (
        <>
          <span>→</span>
          <bdi>{sentAs}</bdi>
          <CopyButton text={sentAs} what={t('theSentModel')} />
        </>
      )}
    </Stack>
  );
}

/** Pages of tokens are their owners'. */
function Token({ row }: { row: LogRow }) {
  const isOwn = useAccount().id === row.user_id;
  if (!row.token_name) return '—';
  return isOwn && row.token_id > 0 ? <RouterName to={`/panel/tokens/${row.token_id}`} name={row.token_name} /> : <bdi>{row.token_name}</bdi>;
}

function Group({ row: { metadata } }: { row: LogRow }) {
  const { t } = useTranslation('requests');
  if (!metadata?.group_name) return '—';
  return metadata.is_backup_group ? t('backupGroup', { group: metadata.group_name }) : metadata.group_name;
}
