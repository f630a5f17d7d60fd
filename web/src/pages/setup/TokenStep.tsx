import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Stack from '@mui/material/Stack';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import { z } from 'zod';
import { type Token, usePostTokenMutation } from '../../api/generated';
import { CodeBlock } from '../../components/CodeBlock';
import { FormPage, requiredText, TextField } from '../../forms';
import { StepHead } from './StepHead';

const never = -1;

export function TokenStep({ done }: { done: boolean }) {
  const [token, setToken] = useState<Token>();
  return (
    <>
      <StepHead step="token" />
      {token ? <NewToken token={token} /> : <TokenForm done={done} onMade={setToken} />}
    </>
  );
}

function TokenForm({ done, onMade }: { done: boolean; onMade: (token: Token) => void }) {
  const { t } = useTranslation('setup');
  const [make] = usePostTokenMutation();
  const submit = async (values: { name: string }) => {
    const tokenChange = { ...values, unlimited_quota: true, remain_quota: 0, expired_time: never };
    onMade(await make({ tokenChange }).unwrap());
  };
  return (
    <Box sx={{ maxWidth: 440 }}>
      {done && (
        <Alert severity="success" sx={{ mb: 2 }}>
          {t('tokenDone')}
        </Alert>
      )}
      <FormPage schema={z.object({ name: requiredText() })} defaultValues={{ name: t('firstTokenName') }} onSubmit={submit} draftKey="setup:token" submitLabel={t('makeToken')}>
        <TextField name="name" label={t('tokenName')} help={t('tokenNameHelp')} required />
      </FormPage>
    </Box>
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
