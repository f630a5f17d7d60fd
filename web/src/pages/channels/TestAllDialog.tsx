import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Link from '@mui/material/Link';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import type { ChannelRunResult } from '../../api/generated';
import { asSentence } from '../../components/feedback/problemText';
import { useFormat } from '../../components/format/useFormat';
import { StatusChip } from '../../components/StatusChip';
import { useFillsScreen } from '../../components/useFillsScreen';
import { LongList } from './LongList';
import { RunProgress } from './RunProgress';
import { type ChannelRun, useChannelRun } from './useChannelRun';

/** Tests all channels while somebody looks on. Nothing is tested once the dialog is closed. */
export function TestAllDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['channels', 'common']);
  const run = useChannelRun();
  const id = useId();
  const close = () => {
    run.stop();
    onClose();
  };
  const fillsScreen = useFillsScreen();
  return (
    <Dialog open fullWidth fullScreen={fillsScreen} maxWidth="sm" onClose={close} aria-labelledby={id}>
      <DialogTitle id={id}>{t('testAll.title')}</DialogTitle>
      <DialogContent>
        {run.phase === 'idle' ? <Typography>{t('testAll.text')}</Typography> : <Progress run={run} />}
      </DialogContent>
      <DialogActions>
        <Button color="inherit" onClick={close}>
          {t('common:close')}
        </Button>
        {run.phase === 'running' ? (
          <Button variant="contained" color="warning" onClick={run.stop}>
            {t('run.stop')}
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

function Progress({ run }: { run: ChannelRun }) {
  const { t } = useTranslation('channels');
  return (
    <Stack sx={{ gap: 1.5 }}>
      <RunProgress label={t('testAll.title')} run={run} />
      {run.phase === 'done' && run.total === 0 && <Alert severity="info">{t('testAll.nothing')}</Alert>}
      <LongList label={t('run.results')} items={run.results} itemKey={(result) => result.id}>
        {(result) => <ResultRow result={result} />}
      </LongList>
    </Stack>
  );
}

function ResultRow({ result }: { result: ChannelRunResult }) {
  const { t } = useTranslation('channels');
  const { duration } = useFormat();
  return (
    <Stack sx={{ gap: 0.25, minWidth: 0 }}>
      <Stack direction="row" sx={{ gap: 1, alignItems: 'center', justifyContent: 'space-between' }}>
        <Link component={RouterLink} to={`/panel/channels/${result.id}`} sx={{ overflowWrap: 'anywhere', minWidth: 0 }}>
          <bdi>{result.name}</bdi>
        </Link>
        <Stack direction="row" sx={{ gap: 1, alignItems: 'center', flexShrink: 0 }}>
          <Typography variant="body2" color="textSecondary">
            {duration(Math.round(result.time * 1000))}
          </Typography>
          <StatusChip tone={result.success ? 'good' : 'bad'} label={result.success ? t('run.ok') : t('run.failed')} />
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
