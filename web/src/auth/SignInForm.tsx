import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import { useState, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { type ApiProblem, toProblem } from '../api/problem';
import { OutlinedField } from '../components/OutlinedField';
import { PasswordInput } from '../components/PasswordInput';
import { ProblemDetails } from '../components/feedback/ProblemDetails';
import { useSecondsLeft } from '../components/useSecondsLeft';
import { useSession } from './useSession';

interface SignInFormProps {
  /** The name, where it is known already and stays. */
  username?: string;
  onSignedIn?: () => void;
}

/** Name and password; a refusal is told below them, and how long to wait where there were too many. */
export function SignInForm({ username: knownName, onSignedIn }: SignInFormProps) {
  const { t } = useTranslation('login');
  const { signIn } = useSession();
  const [username, setUsername] = useState(knownName ?? '');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem>();
  const waitS = useSecondsLeft(problem?.retryAfterS);

  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      await signIn(username.trim(), password);
      onSignedIn?.();
    } catch (error) {
      setProblem(toProblem(error));
      setBusy(false);
    }
  };

  return (
    <form onSubmit={submit}>
      <Stack spacing={2}>
        <OutlinedField
          label={t('username')}
          value={username}
          onChange={setUsername}
          autoComplete="username"
          required
          autoFocus={!knownName}
          disabled={knownName !== undefined}
        />
        <PasswordInput label={t('password')} value={password} onChange={setPassword} autoComplete="current-password" required autoFocus={!!knownName} />
        {problem && (
          <Alert severity="error">
            {waitS > 0 ? t('waitFor', { count: waitS }) : <ProblemDetails problem={problem} />}
          </Alert>
        )}
        <Button type="submit" variant="contained" size="large" loading={busy} disabled={waitS > 0}>
          {t('signIn')}
        </Button>
      </Stack>
    </form>
  );
}
