import Link from '@mui/material/Link';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import type { LogRow } from '../../api/generated';
import { useCan } from '../../auth/useAccount';
import { Clipped } from '../../components/Clipped';
import { Figure } from '../../components/format/Money';
import { Quota } from '../../components/format/Quota';
import { Time } from '../../components/format/Time';
import { Tokens } from '../../components/format/Tokens';
import { useFormat } from '../../components/format/useFormat';
import type { DataColumn } from '../../components/table/columns';
import { isCall, logTypeOf } from './logTypes';
import { RequestState } from './RequestState';
import { requestPath } from './requestsPath';

type Column = DataColumn<LogRow>;

export function useRequestColumns(): readonly Column[] {
  const { t } = useTranslation(['requests', 'common']);
  const seesAll = useCan()('requests.all');
  return useMemo(() => {
    const figure = (id: 'input' | 'output' | 'cached', count: (row: LogRow) => number): Column => ({
      id,
      header: t(`columns.${id}`),
      cell: (row) => isCall(row) && <Tokens count={count(row)} />,
      value: count,
      align: 'right',
      card: 'none',
      hidden: id === 'cached' ? true : undefined,
    });
    const duration = (id: 'latency' | 'firstByte', milliseconds: (row: LogRow) => number | undefined): Column => ({
      id,
      header: t(`columns.${id}`),
      cell: (row) => <Duration milliseconds={milliseconds(row)} />,
      value: milliseconds,
      align: 'right',
    });
    const columns: (Column & { operators?: true })[] = [
      { id: 'time', header: t('columns.time'), cell: (row) => <Time at={row.created_at} absolute="short" />, value: (row) => new Date(row.created_at * 1000).toISOString(), essential: true },
      { id: 'user', header: t('columns.user'), cell: (row) => <User row={row} />, value: (row) => row.username, minWidth: 80, operators: true },
      { id: 'token', header: t('columns.token'), cell: (row) => <Clipped text={row.token_name} />, value: (row) => row.token_name, minWidth: 84, card: 'none', from: seesAll ? 'xl' : undefined },
      { id: 'model', header: t('columns.model'), cell: (row) => <Model row={row} />, value: (row) => row.model_name || row.content, minWidth: 140, essential: true, card: 'title' },
      { id: 'channel', header: t('columns.channel'), cell: (row) => <Channel row={row} />, value: (row) => row.channel?.name, minWidth: 96, card: 'none', operators: true },
      { id: 'group', header: t('columns.group'), cell: (row) => <Clipped text={row.metadata?.group_name ?? ''} />, value: (row) => row.metadata?.group_name, hidden: true },
      { id: 'status', header: t('columns.status'), cell: (row) => <RequestState row={row} />, value: (row) => row.error || t(`types.${logTypeOf(row)}`), essential: true },
      { id: 'stream', header: t('columns.stream'), cell: (row) => isCall(row) && (row.is_stream ? t('common:yes') : t('common:no')), value: (row) => row.is_stream, card: 'none', hidden: true },
      figure('input', (row) => row.prompt_tokens),
      figure('output', (row) => row.completion_tokens),
      figure('cached', (row) => row.metadata?.cached_tokens ?? 0),
      { id: 'cost', header: t('columns.cost'), cell: (row) => <Quota value={row.quota} />, value: (row) => row.quota, align: 'right' },
      duration('latency', (row) => (isCall(row) ? row.request_time : undefined)),
      { ...duration('firstByte', firstByteOf), card: 'none', from: 'xl' },
      { id: 'ip', header: t('columns.ip'), cell: (row) => row.source_ip, value: (row) => row.source_ip, hidden: true },
      { id: 'requestId', header: t('columns.requestId'), cell: (row) => row.request_id, value: (row) => row.request_id, hidden: true, card: 'none' },
    ];
    return columns.filter((column) => seesAll || !column.operators);
  }, [t, seesAll]);
}

/** The gateway says 0 where no byte came, or none before the whole answer. */
function firstByteOf({ metadata }: LogRow): number | undefined {
  return metadata?.first_response === 0 ? undefined : metadata?.first_response;
}

function Duration({ milliseconds }: { milliseconds: number | undefined }) {
  const format = useFormat();
  return milliseconds !== undefined && <Figure text={format.duration(milliseconds)} />;
}

function User({ row }: { row: LogRow }) {
  if (!row.username) return null;
  return (
    <Link component={RouterLink} to={`/panel/users/${row.user_id}`}>
      <Clipped text={row.username} />
    </Link>
  );
}

function Channel({ row: { channel } }: { row: LogRow }) {
  if (!channel) return null;
  return (
    <Link component={RouterLink} to={`/panel/channels/${channel.id}`}>
      <Clipped text={channel.name || `#${channel.id}`} />
    </Link>
  );
}

/** The model as asked for, and as sent where that differs. What is no call says what happened instead. */
function Model({ row }: { row: LogRow }) {
  if (!isCall(row)) return <Clipped text={row.content} />;
  const sentAs = row.upstream_model && row.upstream_model !== row.model_name ? row.upstream_model : undefined;
  return (
    <Stack sx={{ minWidth: 0 }}>
      <Link component={RouterLink} to={requestPath(row.request_id)} sx={{ fontWeight: 600 }}>
        <Clipped text={row.model_name} />
      </Link>
      {sentAs && (
        <Typography variant="caption" color="textSecondary" component="div">
          <Clipped text={`→ ${sentAs}`} lines={1} />
        </Typography>
      )}
    </Stack>
  );
}
