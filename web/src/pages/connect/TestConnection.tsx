import PlayArrowIcon from '@mui/icons-material/PlayArrow';
import StopIcon from '@mui/icons-material/Stop';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { Answer } from '../../components/chat/Answer';
import { useRun } from '../../components/chat/useRun';

/** Calls the model as the token's calls would go, and shows the answer as it comes. */
export function TestConnection({ model, group }: { model: string; group: string }) {
  const { t } = useTranslation('connect');
  const { run, start, stop } = useRun();
  const running = run?.status === 'running';
  const test = () => {
    void start({ model, group: group || undefined, stream: true, max_tokens: 256, messages: [{ role: 'user', content: t('prompt') }] });
  };
  return (
    <Box sx={{ gridColumn: '1 / -1' }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 2, flexWrap: 'wrap' }}>
        <Button variant="outlined" startIcon={running ? <StopIcon /> : <PlayArrowIcon />} onClick={running ? stop : test} disabled={model === ''}>
          {running ? t('stopTest') : t('test')}
        </Button>
        <Typography variant="body2" color="textSecondary">
          {t('testNote')}
        </Typography>
      </Box>
      {run && (
        <Box role="status" aria-busy={running} sx={{ mt: 2 }}>
          <Answer run={run} />
        </Box>
      )}
    </Box>
  );
}
