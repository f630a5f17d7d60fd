import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { ChannelTest, Failure } from '../../api/generated';
import { ErrorPanel } from '../../components/feedback/ErrorPanel';
import { asSentence } from '../../components/feedback/problemText';
import { useFormat } from '../../components/format/useFormat';
import { monospace } from '../../theme/theme';

/** What a test found: how long the answer took, or why there was none, in the provider's own words too. */
function TestOutcome({ outcome }: { outcome: ChannelTest }) {
  const { t } = useTranslation('channels');
  const { duration } = useFormat();
  const { success, message, detail, modelName: model, upstream_model: sent } = outcome;
  const time = duration(Math.round(outcome.time * 1000));
  return (
    <Alert severity={success ? 'success' : 'error'} sx={{ overflowWrap: 'anywhere' }}>
      <Typography variant="body2">{success ? t('test.answered', { model, time }) : t('test.failed', { model })}</Typography>
      {sent && sent !== model && <Typography variant="body2">{t('test.sentAs', { model: sent })}</Typography>}
      {!success && <Typography variant="body2">{asSentence(message)}</Typography>}
      {detail && detail !== message && (
        <Box component="pre" sx={{ m: 0, mt: 1, fontFamily: monospace, fontSize: 12, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', maxHeight: 200, overflowY: 'auto' }}>
          {detail}
        </Box>
      )}
    </Alert>
  );
}

interface TestAnswerProps {
  /** A refusal to test comes in the place of what a test found. */
  answer: ChannelTest | Failure | undefined;
  error: unknown;
}

export function TestAnswer({ answer, error }: TestAnswerProps) {
  const { t } = useTranslation('channels');
  if (error !== undefined) return <ErrorPanel title={t('test.notRun')} error={error} />;
  if (!answer) return null;
  if ('modelName' in answer) return <TestOutcome outcome={answer} />;
  return <ErrorPanel title={t('test.notRun')} error={{ kind: 'rejected', message: answer.message }} />;
}
