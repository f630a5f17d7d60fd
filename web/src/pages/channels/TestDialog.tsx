import Autocomplete from '@mui/material/Autocomplete';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { type SubmitEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFillsScreen } from '../../components/useFillsScreen';
import { type Channel, useGetChannelTestIdMutation } from '../../api/generated';
import { splitList } from './channel';
import { TestAnswer } from './TestOutcome';

/** One small request to one channel, with a model of its list or any other. */
export function TestDialog({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const { t } = useTranslation(['channels', 'common']);
  const models = splitList(channel.models).filter((model) => !model.endsWith('*'));
  const [model, setModel] = useState(channel.test_model || (models[0] ?? ''));
  const [test, { data, error, isLoading }] = useGetChannelTestIdMutation();
  const id = useId();
  const run = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    void test({ id: channel.id, model: model.trim() });
  };
  const fillsScreen = useFillsScreen();
  return (
    <Dialog open fullWidth fullScreen={fillsScreen} maxWidth="sm" onClose={onClose} aria-labelledby={id}>
      <form onSubmit={run}>
        <DialogTitle id={id} sx={{ overflowWrap: 'anywhere' }}>
          {t('test.title', { name: channel.name })}
        </DialogTitle>
        <DialogContent>
          <Stack sx={{ gap: 2, pt: 1 }}>
            <Autocomplete
              freeSolo
              options={models}
              inputValue={model}
              onInputChange={(_event, value) => setModel(value)}
              renderInput={(params) => <TextField {...params} label={t('model')} autoFocus />}
            />
            <Typography variant="body2" color="textSecondary">
              {t('test.text')}
            </Typography>
            <div aria-live="polite">
              <TestAnswer answer={data} error={error} />
            </div>
          </Stack>
        </DialogContent>
        <DialogActions>
          <Button color="inherit" onClick={onClose}>
            {t('common:close')}
          </Button>
          <Button type="submit" variant="contained" loading={isLoading} disabled={model.trim() === ''}>
            {t('test.run')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
