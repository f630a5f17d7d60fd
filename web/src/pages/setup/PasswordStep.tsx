import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { usePutUserSelfMutation } from '../../api/generated';
import { useAccount } from '../../auth/useAccount';
import { useNotify } from '../../components/feedback/useNotify';
import { FormPage, NewPasswordField } from '../../forms';
import { StepHead } from './StepHead';

const shortest = 8;

export function PasswordStep({ done, onDone }: { done: boolean; onDone: () => void }) {
  const { t } = useTranslation('setup');
  const { username } = useAccount();
  const notify = useNotify();
  const [change] = usePutUserSelfMutation();
  const schema = z
    .object({ password: z.string().min(shortest), repeated: z.string().min(1) })
    .refine(({ password, repeated }) => password === repeated, { error: t('passwordsDiffer'), path: ['repeated'] });
  const goOn = () => {
    notify.success(t('passwordChanged'));
    onDone();
  };
  return (
    <>
      <StepHead step="password" />
      <Box sx={{ maxWidth: 440 }}>
        {done && (
          <Alert severity="success" sx={{ mb: 2 }}>
            {t('passwordDone')}
          </Alert>
        )}
        <FormPage schema={schema} defaultValues={{ password: '', repeated: '' }} onSubmit={({ password }) => change({ userChange: { password } }).unwrap()} onDone={goOn} submitLabel={t('changePassword')}>
          {/* For password managers, which keep a password under a name. */}
          <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
          <NewPasswordField name="password" label={t('newPassword')} help={t('passwordHelp', { count: shortest })} required />
          <NewPasswordField name="repeated" label={t('repeatPassword')} required />
        </FormPage>
      </Box>
    </>
  );
}
