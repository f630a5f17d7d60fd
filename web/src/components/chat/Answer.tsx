import Box from '@mui/material/Box';
import CircularProgress from '@mui/material/CircularProgress';
import Stack from '@mui/material/Stack';
import { useTranslation } from 'react-i18next';
import { MarkdownText } from './MarkdownText';
import type { Run } from './run';
import { RunFacts } from './RunFacts';
import { RunProblem } from './RunProblem';

/** An answer as it comes: what was thought, folded; the text; why it ended, if not well; what it took. */
export function Answer({ run, onRetry }: { run: Run; onRetry?: () => void }) {
  return (
    <Stack spacing={1}>
      {run.reasoning && <Thoughts run={run} />}
      {run.text && <MarkdownText text={run.text} />}
      {run.status === 'running' && <Waiting thinking={run.reasoning !== '' && run.text === ''} />}
      <RunProblem run={run} onRetry={onRetry} />
      <RunFacts run={run} />
    </Stack>
  );
}

function Thoughts({ run }: { run: Run }) {
  const { t } = useTranslation('chat');
  return (
    <Box component="details" sx={{ borderLeft: 2, borderColor: 'divider', pl: 1.5, color: 'text.secondary', typography: 'body2' }}>
      <Box component="summary" sx={{ cursor: 'pointer', py: 0.5 }}>
        {t('thoughts')}
      </Box>
      <MarkdownText text={run.reasoning} />
    </Box>
  );
}

function Waiting({ thinking }: { thinking: boolean }) {
  const { t } = useTranslation('chat');
  return (
    <Stack direction="row" sx={{ alignItems: 'center', gap: 1, color: 'text.secondary', typography: 'body2' }}>
      <CircularProgress size={14} color="inherit" aria-hidden />
      {thinking ? t('thinking') : t('answering')}
    </Stack>
  );
}
