import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import { useTranslation } from 'react-i18next';
import { ProblemDetails } from '../feedback/ProblemDetails';
import type { Run } from './run';

/** Why a call did not come to its end; nothing for one that did. */
export function RunProblem({ run, onRetry }: { run: Run; onRetry?: () => void }) {
  const { t } = useTranslation('chat');
  const { t: common } = useTranslation();
  if (run.status === 'done' || run.status === 'running') return <Cut reason={run.finishReason} />;
  const action = onRetry && (
    <Button color="inherit" size="small" onClick={onRetry}>
      {common('retry')}
    </Button>
  );
  if (run.status === 'stopped') return <Alert severity="info" action={action}>{t('stopped')}</Alert>;
  return (
    <Alert severity={run.status === 'broken' ? 'warning' : 'error'} action={action}>
      {run.status === 'broken' && t('broken')}
      {run.problem && <ProblemDetails problem={run.problem} />}
    </Alert>
  );
}

function Cut({ reason }: { reason: string | undefined }) {
  const { t } = useTranslation('chat');
  if (reason === 'length') return <Alert severity="info">{t('cutByLength')}</Alert>;
  if (reason === 'content_filter') return <Alert severity="info">{t('cutByFilter')}</Alert>;
  return null;
}
