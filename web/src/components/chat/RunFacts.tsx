import Link from '@mui/material/Link';
import Stack from '@mui/material/Stack';
import { Fragment, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import { Quota } from '../format/Quota';
import { useFormat } from '../format/useFormat';
import type { Run } from './run';

/** What a call took and cost, in one line, with the way to its row in the log. */
export function RunFacts({ run }: { run: Run }) {
  const facts = useFacts(run);
  return (
    <Stack component="ul" direction="row" useFlexGap sx={{ flexWrap: 'wrap', columnGap: 2, rowGap: 0.25, m: 0, p: 0, listStyle: 'none', typography: 'caption', color: 'text.secondary', fontVariantNumeric: 'tabular-nums' }}>
      {facts.map(([id, fact]) => (
        <li key={id}>{fact}</li>
      ))}
    </Stack>
  );
}

function useFacts(run: Run): (readonly [string, ReactNode])[] {
  const { t } = useTranslation('chat');
  const format = useFormat();
  const { usage, firstTokenMs, durationMs, requestId, charged } = run;
  const facts: (readonly [string, ReactNode] | undefined)[] = [
    usage && ['tokens', t('tokens', { input: format.number(usage.prompt_tokens), output: format.number(usage.completion_tokens) })],
    firstTokenMs !== undefined && durationMs !== undefined ? ['first', t('firstToken', { duration: format.duration(firstTokenMs) })] : undefined,
    durationMs === undefined ? undefined : ['duration', t('duration', { duration: format.duration(durationMs) })],
    durationMs === undefined ? undefined : ['cost', <Cost key="cost" charged={charged} known={requestId !== undefined} />],
    requestId === undefined || durationMs === undefined ? undefined : ['request', <RequestLink key="request" requestId={requestId} />],
  ];
  return facts.filter((fact) => fact !== undefined);
}

function Cost({ charged, known }: { charged: number | null | undefined; known: boolean }) {
  const { t } = useTranslation('chat');
  if (charged === undefined && known) return <>{t('costPending')}</>;
  if (charged === undefined || charged === null) return <>{t('costUnknown')}</>;
  return (
    <Fragment>
      {t('cost')} <Quota value={charged} />
    </Fragment>
  );
}

function RequestLink({ requestId }: { requestId: string }) {
  const { t } = useTranslation('chat');
  return (
    <Link component={RouterLink} to={`/panel/requests/${encodeURIComponent(requestId)}`} color="inherit" underline="always">
      {t('seeRequest')}
    </Link>
  );
}
