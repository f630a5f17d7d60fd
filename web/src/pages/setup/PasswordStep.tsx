import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import { type SyntheticEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePutUserSelfMutation } from '../../api/generated';
import { useAccount } from '../../auth/useAccount';
import { ErrorPanel } from '../../components/feedback/ErrorPanel';
import { useNotify } from '../../components/feedback/useNotify';
import { PasswordInput } from '../../components/PasswordInput';
import { StepHead } from './StepHead';
import { useSubmit } from './useSubmit';

const shortest = 8;

export function PasswordStep({ done, onDone }: { done: boolean; onDone: () => void }) {
  const { t } = useTranslation('setup');
  const { t: common } = useTranslation();
  const { username } = useAccount();
  const notify = useNotify();
  const [change] = usePutUserSelfMutation();
  const [password, setPassword] = useState('');
  const [repeated, setRepeated] = useState('');
  const { busy, problem, faultOf, submit } = useSubmit(['password']);
  const tooShort = password !== '' && password.length < shortest;
  const differs = repeated !== '' && repeated !== password;
  const save = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (!(await submit(() => change({ userChange: { password } }).unwrap()))) return;
    notify.success(t('passwordChanged'));
    onDone();
  };
  return (
    <form onSubmit={(event) => void save(event)}>
      <StepHead step="password" />
      <Stack spacing={2} sx={{ maxWidth: 440 }}>
        {done && <Alert severity="success">{t('passwordDone')}</Alert>}
        {problem && <ErrorPanel title={common('notDone')} error={problem} />}
        {/* For password managers, which keep a password under a name. */}
        <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
        <PasswordInput label={t('newPassword')} value={password} onChange={setPassword} autoComplete="new-password" required error={tooShort} helperText={tooShort ? t('passwordTooShort', { count: shortest }) : t('passwordHelp', { count: shortest })} {...faultOf('password')} />
        <PasswordInput label={t('repeatPassword')} value={repeated} onChange={setRepeated} autoComplete="new-password" required error={differs} helperText={differs ? t('passwordsDiffer') : undefined} />
        <Button type="submit" variant="contained" loading={busy} disabled={password.length < shortest || repeated !== password} sx={{ alignSelf: 'flex-start' }}>
          {t('changePassword')}
        </Button>
      </Stack>
    </form>
  );
}
