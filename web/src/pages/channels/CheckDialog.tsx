import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Checkbox from '@mui/material/Checkbox';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import FormControlLabel from '@mui/material/FormControlLabel';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFillsScreen } from '../../components/useFillsScreen';
import type { Channel, ChannelCheckResult } from '../../api/generated';
import { joinList, splitList } from './channel';
import { CheckedModel } from './CheckedModel';
import { LongList } from './LongList';
import { RunProgress } from './RunProgress';
import { useStreamedRun } from './useStreamedRun';

/** So many models the gateway checks at once. */
const mostModels = 500;

/** Asks a channel's models, one after the other, while somebody looks on. Nothing is asked once the dialog is closed. */
export function CheckDialog({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const { t } = useTranslation(['channels', 'common']);
  const models = modelsOf(channel);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(models.slice(0, mostModels)));
  const [asked, setAsked] = useState<readonly string[]>([]);
  const run = useStreamedRun<ChannelCheckResult>();
  const id = useId();
  const isRunning = run.phase === 'running';
  const close = () => {
    run.stop();
    onClose();
  };
  const start = () => {
    const wanted = models.filter((model) => chosen.has(model));
    setAsked(wanted);
    void run.start({ url: '/api/sse/channel/check', method: 'POST', body: { id: channel.id, models: joinList(wanted) } }, wanted.length);
  };
  const fillsScreen = useFillsScreen();
  return (
    <Dialog open fullWidth fullScreen={fillsScreen} maxWidth="sm" onClose={close} aria-labelledby={id}>
      <DialogTitle id={id} sx={{ overflowWrap: 'anywhere' }}>
        {t('check.title', { name: channel.name })}
      </DialogTitle>
      <DialogContent>
        <Stack sx={{ gap: 1.5 }}>
          {run.phase === 'idle' ? <Typography>{t('check.text')}</Typography> : <RunProgress label={t('check.title', { name: channel.name })} run={run} />}
          {models.length === 0 && <Alert severity="info">{t('check.nothing')}</Alert>}
          {chosen.size > mostModels && <Alert severity="warning">{t('check.tooMany', { count: mostModels })}</Alert>}
          {models.length > 0 && <ModelChoice models={models} chosen={chosen} asked={asked} results={run.results} isRunning={isRunning} onChange={setChosen} />}
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button color="inherit" onClick={close}>
          {t('common:close')}
        </Button>
        {isRunning ? (
          <Button variant="contained" color="warning" onClick={run.stop}>
            {t('run.stop')}
          </Button>
        ) : (
          <Button variant="contained" onClick={start} disabled={chosen.size === 0 || chosen.size > mostModels}>
            {t('check.start', { count: chosen.size })}
          </Button>
        )}
      </DialogActions>
    </Dialog>
  );
}

/** Those that are named in full: what an entry with a star stands for, nobody knows. */
function modelsOf(channel: Channel): string[] {
  return [...new Set(splitList(channel.models))].filter((model) => !model.endsWith('*'));
}

interface ModelChoiceProps {
  models: readonly string[];
  chosen: ReadonlySet<string>;
  /** In this order. */
  asked: readonly string[];
  results: readonly ChannelCheckResult[];
  isRunning: boolean;
  onChange: (chosen: ReadonlySet<string>) => void;
}

function ModelChoice({ models, chosen, asked, results, isRunning, onChange }: ModelChoiceProps) {
  const { t } = useTranslation('channels');
  const resultOf = new Map(results.map((result) => [result.model, result]));
  const underWay = isRunning ? asked[results.length] : undefined;
  const toggle = (model: string) => {
    const next = new Set(chosen);
    if (!next.delete(model)) next.add(model);
    onChange(next);
  };
  return (
    <>
      <FormControlLabel
        label={t('check.all', { chosen: chosen.size, count: models.length })}
        control={<Checkbox size="small" disabled={isRunning} checked={chosen.size === models.length} indeterminate={chosen.size > 0 && chosen.size < models.length} onChange={(_event, checked) => onChange(new Set(checked ? models : []))} />}
      />
      <LongList label={t('models')} items={models} itemKey={(model) => model}>
        {(model) => <CheckedModel model={model} chosen={chosen.has(model)} result={resultOf.get(model)} isUnderWay={model === underWay} disabled={isRunning} onToggle={() => toggle(model)} />}
      </LongList>
    </>
  );
}
