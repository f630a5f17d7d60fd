import Link from '@mui/material/Link';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import type { Token } from '../../api/generated';
import { Clipped } from '../../components/Clipped';
import { CopyButton } from '../../components/CopyButton';
import { Figure } from '../../components/format/Money';
import { Quota } from '../../components/format/Quota';
import { Time } from '../../components/format/Time';
import { Tokens } from '../../components/format/Tokens';
import { RevealButton } from '../../components/RevealButton';
import type { DataColumn } from '../../components/table/columns';
import { keyOf } from '../connect/tokens';
import { keyHint, nameOf, tokensPath, tokenState } from './token';
import { TokenSwitch } from './TokenSwitch';

export function useTokenColumns(): readonly DataColumn<Token>[] {
  const { t } = useTranslation('tokens');
  return useMemo(
    () => [
      { id: 'name', header: t('name'), cell: (token) => <Name token={token} />, value: nameOf, sortable: true, minWidth: 150, essential: true, card: 'title' },
      { id: 'status', header: t('status'), cell: (token) => <TokenSwitch token={token} />, value: (token) => t(`state.${tokenState(token).id}`), essential: true },
      { id: 'group', header: t('group'), cell: (token) => <Clipped text={token.group || t('form.ownGroup')} />, value: (token) => token.group, minWidth: 110 },
      {
        id: 'remain_quota',
        header: t('remaining'),
        cell: (token) => (token.unlimited_quota ? <Figure text={t('unlimited')} /> : <Quota value={token.remain_quota} />),
        value: (token) => (token.unlimited_quota ? t('unlimited') : token.remain_quota),
        sortable: true,
        align: 'right',
      },
      { id: 'used_quota', header: t('used'), cell: (token) => <Quota value={token.used_quota} />, value: (token) => token.used_quota, sortable: true, align: 'right' },
      { id: 'request_count', header: t('requests'), cell: (token) => <Tokens count={token.request_count} />, value: (token) => token.request_count, align: 'right', from: 'xl' },
      { id: 'accessed_time', header: t('lastUsed'), cell: (token) => <LastUsed token={token} />, value: (token) => token.accessed_time, sortable: true },
      { id: 'expired_time', header: t('expires'), cell: (token) => <Time at={token.expired_time} never={t('never')} />, value: (token) => token.expired_time, sortable: true },
      { id: 'created_time', header: t('created'), cell: (token) => <Time at={token.created_time} />, value: (token) => token.created_time, sortable: true, hidden: true },
      { id: 'backup_group', header: t('form.fallback'), cell: (token) => <Clipped text={token.backup_group || '—'} />, value: (token) => token.backup_group, hidden: true },
      { id: 'id', header: t('number'), cell: (token) => token.id, value: (token) => token.id, sortable: true, align: 'right', hidden: true },
    ],
    [t],
  );
}

function Name({ token }: { token: Token }) {
  const { t } = useTranslation('tokens');
  const key = keyOf(token);
  return (
    <Stack sx={{ minWidth: 0 }}>
      <Link component={RouterLink} to={`${tokensPath}/${token.id}`} sx={{ fontWeight: 600, py: 0.25 }}>
        <Clipped text={nameOf(token)} />
      </Link>
      <Typography variant="caption" color="textSecondary" component="div" noWrap>
        {keyHint(token)}
        {key && <CopyButton text={key} what={t('theKeyOf', { name: nameOf(token) })} />}
        {token.key_withheld && <RevealButton name={nameOf(token)} />}
      </Typography>
    </Stack>
  );
}

/** The gateway says the day it was made for one that was never used. */
export function LastUsed({ token }: { token: Token }) {
  const { t } = useTranslation('tokens');
  return <Time at={token.request_count > 0 ? token.accessed_time : 0} never={t('neverUsed')} />;
}
