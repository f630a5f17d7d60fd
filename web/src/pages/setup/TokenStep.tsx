import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import { type SyntheticEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import { type Token, usePostTokenMutation } from '../../api/generated';
import { CodeBlock } from '../../components/CodeBlock';
import { ErrorPanel } from '../../components/feedback/ErrorPanel';
import { StepHead } from './StepHead';
import { useSubmit } from './useSubmit';

const never = -1;

export function TokenStep({ done }: { done: boolean }) {
  const { t } = useTranslation('setup');
  const { t: common } = useTranslation();
  const [make] = usePostTokenMutation();
  const [name, setName] = useState(t('firstTokenName'));
  const [token, setToken] = useState<Token>();
  const { busy, problem, faultOf, submit } = useSubmit(['name']);
  const save = async (event: SyntheticEvent) => {
    event.preventDefault();
    const tokenChange = { name: name.trim(), unlimited_quota: true, remain_quota: 0, expired_time: never };
    await submit(async () => setToken(await make({ tokenChange }).unwrap()));
  };
  return (
    <>
      <StepHead step="token" />
      {token ? (
        <NewToken token={token} />
      ) : (
        <form onSubmit={(event) => void save(event)}>
          <Stack spacing={2} sx={{ maxWidth: 440 }}>
            {done && <Alert severity="success">{t('tokenDone')}</Alert>}
            {problem && <ErrorPanel title={common('notDone')} error={problem} />}
            <TextField label={t('tokenName')} value={name} onChange={(event) => setName(event.target.value)} required helperText={t('tokenNameHelp')} {...faultOf('name')} slotProps={{ htmlInput: { dir: 'auto' } }} />
            <Button type="submit" variant="contained" loading={busy} disabled={name.trim() === ''} sx={{ alignSelf: 'flex-start' }}>
              {t('makeToken')}
            </Button>
          </Stack>
        </form>
      )}
    </>
  );
}

function NewToken({ token }: { token: Token }) {
  const { t } = useTranslation('setup');
  return (
    <Stack spacing={1}>
      <Alert severity="success">{t('tokenMade', { name: token.name })}</Alert>
      <CodeBlock what={t('key')} code={`sk-${token.key}`} />
      <Link component={RouterLink} to={`/panel/connect?token=${token.id}`}>
        {t('connectClient')}
      </Link>
    </Stack>
  );
}
