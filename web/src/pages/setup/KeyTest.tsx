import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import MenuItem from '@mui/material/MenuItem';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ChannelChange, usePostChannelProbeMutation } from '../../api/generated';
import { ErrorPanel } from '../../components/feedback/ErrorPanel';
import { asSentence } from '../../components/feedback/problemText';
import { useFormat } from '../../components/format/useFormat';

/** Tries the key on one of the models, before anything is saved. */
export function KeyTest({ channel, models }: { channel: ChannelChange; models: readonly string[] }) {
  const { t } = useTranslation('setup');
  const [probe, { data, error, isLoading }] = usePostChannelProbeMutation();
  const [wanted, setWanted] = useState('');
  const model = models.includes(wanted) ? wanted : (models[0] ?? '');
  return (
    <Stack spacing={1.5}>
      <Stack direction={{ xs: 'column', sm: 'row' }} sx={{ gap: 1, alignItems: { sm: 'center' }, maxWidth: 560 }}>
        <TextField select label={t('testModel')} value={model} onChange={(event) => setWanted(event.target.value)}>
          {models.map((name) => (
            <MenuItem key={name} value={name}>
              {name}
            </MenuItem>
          ))}
        </TextField>
        <Button variant="outlined" loading={isLoading} onClick={() => void probe({ body: { ...channel, model } })} sx={{ flexShrink: 0 }}>
          {t('testKey')}
        </Button>
      </Stack>
      {error && <ErrorPanel title={t('testFailed')} error={error} />}
      {data && <TestResult result={data} />}
    </Stack>
  );
}

interface TestResultProps {
  result: { success: boolean; message: string; time?: number; detail?: string };
}

function TestResult({ result: { success, message, time = 0, detail } }: TestResultProps) {
  const { t } = useTranslation('setup');
  const format = useFormat();
  if (success) return <Alert severity="success">{t('testPassed', { duration: format.duration(time * 1000) })}</Alert>;
  return (
    <Alert severity="error" sx={{ overflowWrap: 'anywhere' }}>
      {asSentence(message)}
      {detail && detail !== message && <pre style={{ whiteSpace: 'pre-wrap', margin: '4px 0 0' }}>{detail}</pre>}
    </Alert>
  );
}
