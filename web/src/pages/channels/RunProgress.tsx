import Alert from '@mui/material/Alert';
import LinearProgress from '@mui/material/LinearProgress';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../../components/feedback/ErrorPanel';
import type { RunState } from './useStreamedRun';

interface RunProgressProps {
  label: string;
  run: RunState<{ success: boolean }>;
}

/** How far a test of many has got, and what ended it. */
export function RunProgress({ label, run }: RunProgressProps) {
  const { t } = useTranslation('channels');
  const { total, results, phase, error } = run;
  const done = results.length;
  const failed = results.filter((result) => !result.success).length;
  return (
    <>
      <LinearProgress variant={total === undefined ? 'indeterminate' : 'determinate'} value={total ? (done / total) * 100 : 100} aria-label={label} />
      <Typography variant="body2" aria-live="polite">
        {total === undefined ? t('run.starting') : t('run.progress', { done, total, failed })}
      </Typography>
      {phase === 'stopped' && <Alert severity="info">{t('run.stopped')}</Alert>}
      {error !== undefined && <ErrorPanel title={t('run.broken')} error={error} />}
    </>
  );
}
