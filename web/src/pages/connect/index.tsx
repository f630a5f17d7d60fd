import KeyIcon from '@mui/icons-material/KeyOutlined';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import FormControlLabel from '@mui/material/FormControlLabel';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import Switch from '@mui/material/Switch';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import { useTheme } from '@mui/material/styles';
import useMediaQuery from '@mui/material/useMediaQuery';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { skipToken } from '@reduxjs/toolkit/query';
import { type Token, useGetTokenIdQuery, useGetTokenQuery } from '../../api/generated';
import { useAccount } from '../../auth/useAccount';
import { useAskPassword } from '../../auth/useAskPassword';
import { CodeBlock } from '../../components/CodeBlock';
import { useServerAddress } from '../../components/code/useServerAddress';
import { EmptyState } from '../../components/feedback/EmptyState';
import { ErrorPanel } from '../../components/feedback/ErrorPanel';
import { ModelPicker } from '../../components/models/ModelPicker';
import { NoModels } from '../../components/models/NoModels';
import { useModels } from '../../components/models/useModels';
import { Page } from '../../layout/Page';
import { PageLoading } from '../../layout/PageLoading';
import { AppLinks } from './AppLinks';
import { type ClientId, clientIds, clientNames, snippetsOf } from './clients';
import { TestConnection } from './TestConnection';
import { TokenPicker } from './TokenPicker';
import { hiddenKey, keyOf, modelsOf } from './tokens';

export default function ConnectPage() {
  const { t } = useTranslation('connect');
  const tokens = useGetTokenQuery({ page: 1, size: 1 });
  const { models, error, refetch } = useModels();
  return (
    <Page title={t('title')} subtitle={t('subtitle')}>
      {(tokens.error ?? error) && (
        <ErrorPanel
          error={tokens.error ?? error}
          onRetry={() => {
            void tokens.refetch();
            void refetch();
          }}
        />
      )}
      {(!tokens.data && !tokens.error) || (!models && !error) ? <PageLoading /> : null}
      {models?.length === 0 && <NoModels />}
      {tokens.data?.total_count === 0 && <NoTokens />}
      {models && models.length > 0 && tokens.data?.data[0] && <Connections newest={tokens.data.data[0]} />}
    </Page>
  );
}

function NoTokens() {
  const { t } = useTranslation('connect');
  return (
    <EmptyState
      icon={KeyIcon}
      title={t('noTokens')}
      text={t('noTokensText')}
      action={
        <Button component={Link} to="/panel/tokens/new" variant="contained">
          {t('makeToken')}
        </Button>
      }
    />
  );
}

function useChoice() {
  const [params, setParams] = useSearchParams();
  const set = (name: string, value: string) =>
    setParams(
      (current) => {
        const next = new URLSearchParams(current);
        if (value === '') next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  return { params, set };
}

function Connections({ newest }: { newest: Token }) {
  const { t } = useTranslation('connect');
  const { group: ownGroup } = useAccount();
  const { models = [] } = useModels();
  const { params, set } = useChoice();
  const wantedId = Number(params.get('token'));
  const wanted = useGetTokenIdQuery(Number.isSafeInteger(wantedId) && wantedId > 0 ? { id: wantedId } : skipToken);
  const token = wanted.data ?? newest;
  const offered = modelsOf(token, ownGroup, models);
  const model = offered.find(({ name }) => name === params.get('model'))?.name ?? offered[0]?.name ?? '';
  return (
    <>
      {wanted.error && <ErrorPanel title={t('tokenGone')} error={wanted.error} />}
      <Paper variant="outlined" sx={{ p: 2, mb: 2, display: 'grid', gap: 2, gridTemplateColumns: { sm: '1fr 1fr' } }}>
        <TokenPicker token={token} onChoose={(id) => set('token', String(id))} />
        <ModelPicker label={t('model')} models={offered} value={model} onChange={(name) => set('model', name)} helperText={offered.length === 0 ? t('noModelsForToken') : undefined} error={offered.length === 0} />
        <TestConnection key={`${token.id}:${model}`} model={model} group={token.group} />
      </Paper>
      {model !== '' && <Clients token={token} model={model} client={params.get('client')} onClient={(id) => set('client', id)} />}
    </>
  );
}

interface ClientsProps {
  token: Token;
  model: string;
  client: string | null;
  onClient: (client: ClientId) => void;
}

function Clients({ token, model, client: wanted, onClient }: ClientsProps) {
  const { t } = useTranslation('connect');
  const isWide = useMediaQuery(useTheme().breakpoints.up('md'));
  const [keyShown, setKeyShown] = useState(false);
  const server = useServerAddress();
  const client = clientIds.find((id) => id === wanted) ?? 'curl';
  const key = keyOf(token);
  const snippets = (shownKey: string) => snippetsOf[client]({ server, key: shownKey, model, prompt: t('prompt') });
  const copied = snippets(key ?? t('keyPlaceholder'));
  const shown = key === undefined || keyShown ? copied : snippets(hiddenKey(key));
  return (
    <Box sx={{ display: 'flex', flexDirection: { xs: 'column', md: 'row' }, gap: 3 }}>
      <Tabs orientation={isWide ? 'vertical' : 'horizontal'} variant="scrollable" allowScrollButtonsMobile value={client} onChange={(_, id: ClientId) => onClient(id)} aria-label={t('clients')} sx={{ flexShrink: 0, '& .MuiTab-root': { alignItems: { md: 'flex-start' } } }}>
        {clientIds.map((id) => (
          <Tab key={id} id={`client-${id}`} aria-controls="client-panel" value={id} label={clientNames[id]} />
        ))}
      </Tabs>
      <Box role="tabpanel" id="client-panel" aria-labelledby={`client-${client}`} sx={{ flexGrow: 1, minWidth: 0, maxWidth: 900 }}>
        <KeyChoice token={token} shown={keyShown} onShow={setKeyShown} />
        <ClientNote client={client} />
        <Stack spacing={1.5} sx={{ mt: 1 }}>
          {copied.map((snippet, index) => (
            <CodeBlock key={snippet.title} title={snippet.title} what={snippet.title} code={shown[index]?.code ?? snippet.code} copied={snippet.code} />
          ))}
        </Stack>
        {key !== undefined && <AppLinks apiKey={key} server={server} />}
      </Box>
    </Box>
  );
}

/** Whether the key is shown on the screen; where it may not be, what to put in its place. */
function KeyChoice({ token, shown, onShow }: { token: Token; shown: boolean; onShow: (shown: boolean) => void }) {
  const { t } = useTranslation('connect');
  const askPassword = useAskPassword();
  if (!token.key && !token.key_withheld) return <Alert severity="info">{t('keyNotShown', { placeholder: t('keyPlaceholder'), hint: token.key_hint })}</Alert>;
  const show = async (on: boolean) => onShow(on && (!token.key_withheld || (await askPassword())));
  return (
    <>
      <FormControlLabel control={<Switch size="small" checked={shown && !token.key_withheld} onChange={(_, on) => void show(on)} />} label={t('showKey')} />
      {token.key_withheld && <Alert severity="info">{t('keyWithheld', { placeholder: t('keyPlaceholder') })}</Alert>}
    </>
  );
}

function ClientNote({ client }: { client: ClientId }) {
  const { t } = useTranslation('connect');
  if (client === 'claude-code') return <Note text={t('notes.claudeCode')} />;
  if (client === 'codex') return <Note text={t('notes.codex')} isWarning />;
  if (client === 'cursor') return <Note text={t('notes.cursor')} />;
  return null;
}

function Note({ text, isWarning = false }: { text: string; isWarning?: boolean }) {
  return (
    <Alert severity={isWarning ? 'warning' : 'info'} icon={isWarning ? undefined : false} sx={{ my: 1 }}>
      {text}
    </Alert>
  );
}
