import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import { type SyntheticEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAccount } from '../../auth/useAccount';
import { Answer } from '../../components/chat/Answer';
import { useRun } from '../../components/chat/useRun';
import { ErrorPanel } from '../../components/feedback/ErrorPanel';
import { ModelPicker } from '../../components/models/ModelPicker';
import { NoModels } from '../../components/models/NoModels';
import { useModels } from '../../components/models/useModels';
import { PageLoading } from '../../layout/PageLoading';
import { StepHead } from './StepHead';

export function TestStep() {
  const { t } = useTranslation('setup');
  const { group: ownGroup } = useAccount();
  const { models, error, refetch } = useModels();
  const { run, start, stop } = useRun();
  const [chosen, setChosen] = useState('');
  const [prompt, setPrompt] = useState(t('testPrompt'));
  const model = models?.find(({ name }) => name === chosen) ?? models?.[0];
  const running = run?.status === 'running';
  const send = (event: SyntheticEvent) => {
    event.preventDefault();
    if (running) return stop();
    if (!model) return;
    const group = model.groups.includes(ownGroup) ? undefined : model.groups[0];
    void start({ model: model.name, group, stream: true, messages: [{ role: 'user', content: prompt }] });
  };
  return (
    <>
      <StepHead step="test" />
      {error && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {!models && !error && <PageLoading />}
      {models && !model && <NoModels />}
      {models && model && (
        <form onSubmit={send}>
          <Stack spacing={2}>
            <Box sx={{ maxWidth: 440 }}>
              <ModelPicker label={t('model')} models={models} value={model.name} onChange={setChosen} />
            </Box>
            <TextField label={t('message')} value={prompt} onChange={(event) => setPrompt(event.target.value)} multiline maxRows={6} slotProps={{ htmlInput: { dir: 'auto' } }} />
            <Button type="submit" variant={run ? 'outlined' : 'contained'} disabled={!running && prompt.trim() === ''} sx={{ alignSelf: 'flex-start' }}>
              {running ? t('stop') : t('sendTest')}
            </Button>
            {run && (
              <Paper variant="outlined" role="status" aria-busy={running} sx={{ p: 2 }}>
                <Answer run={run} />
              </Paper>
            )}
          </Stack>
        </form>
      )}
    </>
  );
}
