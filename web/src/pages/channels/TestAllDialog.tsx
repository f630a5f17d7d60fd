import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import LinearProgress from '@mui/material/LinearProgress';
import Link from '@mui/material/Link';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import { ErrorPanel } from '../../components/feedback/ErrorPanel';
import { asSentence } from '../../components/feedback/problemText';
import { useFormat } from '../../components/format/useFormat';
import { StatusChip } from '../../components/StatusChip';
import { type ChannelRun, type RunResult, useChannelRun } from './useChannelRun';

/** Tests all channels while somebody looks on. Nothing is tested once the dialog is closed. */
export function TestAllDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['channels', 'common']);
  const run = useChannelRun();
  const id = useId();
  const close = () => {
    run.stop();
    onClose();
  };
  return (
    <Dialog open fullWidth maxWidth="sm" onClose={close} aria-labelledby={id}>
      <DialogTitle id={id}>{t('testAll.title')}</DialogTitle>
      <DialogContent>
        {run.phase === 'idle' ? <Typography>{t('testAll.text')}</Typography> : <RunProgress run={run} />}
      </DialogContent>
      <DialogActions>
        <Button color="inherit" onClick={close}>
          {t('common:close')}
        </Button>
        {run.phase === 'running' ? (
          <Button variant="contained" color="warning" onClick={run.stop}>
            {t('testAll.stop')}
          </Button>
        ) : (
          <>
            <Button onClick={() => run.start('disabled')}>{t('testAll.startDisabled')}</Button>
            <Button variant="contained" onClick={() => run.start('all')}>
              {t('testAll.start')}
            </Button>
          </>
        )}
      </DialogActions>
    </Dialog>
  );
}

function RunProgress({ run }: { run: ChannelRun }) {
  const { t } = useTranslation(['channels', 'common']);
  const { total, results, phase } = run;
  const done = results.length;
  const failed = results.filter((result) => !result.success).length;
  return (
    <Stack sx={{ gap: 1.5 }}>
      <LinearProgress variant={total === undefined ? 'indeterminate' : 'determinate'} value={total ? (done / total) * 100 : 100} aria-label={t('testAll.title')} />
      <Typography variant="body2" aria-live="polite">
        {total === undefined ? t('testAll.starting') : t('testAll.progress', { done, total, failed })}
      </Typography>
      {phase === 'stopped' && <Alert severity="info">{t('testAll.stopped')}</Alert>}
      {run.error !== undefined && <ErrorPanel title={t('testAll.broken')} error={run.error} />}
      {phase === 'done' && total === 0 && <Alert severity="info">{t('testAll.nothing')}</Alert>}
      <Stack component="ul" aria-label={t('testAll.results')} sx={{ m: 0, p: 0, listStyle: 'none', gap: 1 }}>
        {results.map((result) => <ResultRow key={result.id} result={result} />)}
      </Stack>
    </Stack>
  );
}

function ResultRow({ result }: { result: RunResult }) {
  const { t } = useTranslation(['channels', 'common']);
  const { duration } = useFormat();
  return (
    <Stack component="li" sx={{ gap: 0.25, minWidth: 0 }}>
      <Stack direction="row" sx={{ gap: 1, alignItems: 'center', justifyContent: 'space-between' }}>
        <Link component={RouterLink} to={`/panel/channels/${result.id}`} sx={{ overflowWrap: 'anywhere', minWidth: 0 }}>
          <bdi>{result.name}</bdi>
        </Link>
        <Stack direction="row" sx={{ gap: 1, alignItems: 'center', flexShrink: 0 }}>
          <Typography variant="body2" color="textSecondary">
            {duration(Math.round(result.time * 1000))}
          </Typography>
          <StatusChip tone={result.success ? 'good' : 'bad'} label={result.success ? t('testAll.ok') : t('testAll.failed')} />
        </Stack>
      </Stack>
      {!result.success && (
        <Typography variant="caption" color="textSecondary" sx={{ overflowWrap: 'anywhere' }}>
          {asSentence(result.message)}
        </Typography>
      )}
      {result.status_changed && (
        <Typography variant="caption" color="warning">
          {result.success ? t('testAll.wasEnabled') : t('testAll.wasDisabled')}
        </Typography>
      )}
    </Stack>
  );
}
