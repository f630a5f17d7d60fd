import Button from '@mui/material/Button';
import Checkbox from '@mui/material/Checkbox';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import FormControlLabel from '@mui/material/FormControlLabel';
import Skeleton from '@mui/material/Skeleton';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ChannelChange, usePostChannelProviderModelsListMutation } from '../../api/generated';
import { ErrorPanel } from '../../components/feedback/ErrorPanel';
import { monospace } from '../../theme/theme';

interface ModelPickerProps {
  channel: ChannelChange;
  chosen: readonly string[];
  onChoose: (models: string[]) => void;
  onClose: () => void;
}

/** What the provider says it serves, to choose from. Models that it does not name stay chosen. */
export function ModelPicker({ channel, chosen, onChoose, onClose }: ModelPickerProps) {
  const { t } = useTranslation(['channels', 'common']);
  const id = useId();
  const [selected, setSelected] = useState<ReadonlySet<string>>(() => new Set(chosen));
  const [load, { data: offered, error }] = usePostChannelProviderModelsListMutation();
  const ask = () => void load({ channelChange: channel });
  // The form cannot change while the dialog is open: it is asked about once.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  useEffect(ask, []);
  return (
    <Dialog open fullWidth maxWidth="sm" onClose={onClose} aria-labelledby={id}>
      <DialogTitle id={id}>{t('picker.title')}</DialogTitle>
      <DialogContent>
        {error !== undefined && <ErrorPanel title={t('picker.failed')} error={error} onRetry={ask} />}
        {!offered && error === undefined && <Skeleton role="status" variant="rounded" height={240} aria-label={t('common:loading')} />}
        {offered?.length === 0 && <Typography color="textSecondary">{t('picker.none')}</Typography>}
        {offered && offered.length > 0 && <Choice offered={offered} selected={selected} onChange={setSelected} />}
      </DialogContent>
      <DialogActions>
        <Button color="inherit" onClick={onClose}>
          {t('common:cancel')}
        </Button>
        <Button
          variant="contained"
          disabled={!offered?.length}
          onClick={() => {
            onChoose([...selected]);
            onClose();
          }}
        >
          {t('picker.take', { count: selected.size })}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

interface ChoiceProps {
  offered: readonly string[];
  selected: ReadonlySet<string>;
  onChange: (selected: ReadonlySet<string>) => void;
}

function Choice({ offered, selected, onChange }: ChoiceProps) {
  const { t } = useTranslation(['channels', 'common']);
  const [search, setSearch] = useState('');
  const shown = offered.filter((model) => model.toLowerCase().includes(search.trim().toLowerCase()));
  const here = shown.filter((model) => selected.has(model)).length;
  const set = (models: readonly string[], chosen: boolean) => {
    const next = new Set(selected);
    models.forEach((model) => (chosen ? next.add(model) : next.delete(model)));
    onChange(next);
  };
  return (
    <Stack sx={{ gap: 1, pt: 1 }}>
      <TextField type="search" label={t('picker.search')} value={search} onChange={(event) => setSearch(event.target.value)} autoFocus />
      <FormControlLabel
        label={t('picker.all', { chosen: here, count: shown.length })}
        control={<Checkbox size="small" checked={here > 0 && here === shown.length} indeterminate={here > 0 && here < shown.length} onChange={(_event, checked) => set(shown, checked)} />}
      />
      <Stack component="ul" sx={{ m: 0, p: 0, pl: 1, listStyle: 'none', maxHeight: '45vh', overflowY: 'auto' }}>
        {shown.map((model) => (
          <li key={model}>
            <FormControlLabel
              label={model}
              control={<Checkbox size="small" checked={selected.has(model)} onChange={(_event, checked) => set([model], checked)} />}
              slotProps={{ typography: { variant: 'body2', sx: { fontFamily: monospace, overflowWrap: 'anywhere' } } }}
            />
          </li>
        ))}
      </Stack>
      {shown.length === 0 && <Typography color="textSecondary">{t('picker.noMatch')}</Typography>}
    </Stack>
  );
}
