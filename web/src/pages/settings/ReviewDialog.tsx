import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OptionMeta } from '../../api/generated';
import { ErrorPanel } from '../../components/feedback/ErrorPanel';
import { useFillsScreen } from '../../components/useFillsScreen';
import { monospace } from '../../theme/theme';
import type { Edits } from './settings';
import { useSettingName } from './useSettingName';

interface ReviewDialogProps {
  settings: readonly OptionMeta[];
  edits: Edits;
  onSave: () => Promise<void>;
  onClose: () => void;
}

/** What is about to change, before it does. */
export function ReviewDialog({ settings, edits, onSave, onClose }: ReviewDialogProps) {
  const { t } = useTranslation('settings');
  const { t: common } = useTranslation();
  const nameOf = useSettingName();
  const titleId = useId();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const save = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await onSave();
      onClose();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  const fillsScreen = useFillsScreen();
  return (
    <Dialog open fullWidth fullScreen={fillsScreen} maxWidth="sm" onClose={busy ? undefined : onClose} aria-labelledby={titleId}>
      <DialogTitle id={titleId}>{t('reviewTitle', { count: settings.length })}</DialogTitle>
      <DialogContent>
        <Stack spacing={2}>
          {error !== undefined && <ErrorPanel title={common('notDone')} error={error} />}
          {settings.map((setting) => (
            <Box key={setting.key}>
              <Typography sx={{ fontWeight: 600 }}>{nameOf(setting)}</Typography>
              <Difference setting={setting} next={edits[setting.option] ?? ''} />
            </Box>
          ))}
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button color="inherit" onClick={onClose} disabled={busy}>
          {common('cancel')}
        </Button>
        <Button variant="contained" onClick={() => void save()} loading={busy} autoFocus>
          {common('save')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function Difference({ setting, next }: { setting: OptionMeta; next: string }) {
  const { t } = useTranslation('settings');
  if (setting.kind === 'secret') return <Typography color="textSecondary">{next === '' ? t('secretRemoved') : t('secretReplaced')}</Typography>;
  return (
    <Box sx={{ display: 'grid', gridTemplateColumns: 'auto minmax(0, 1fr)', columnGap: 1.5, fontFamily: monospace, fontSize: '0.8125rem' }}>
      <span>{t('before')}</span>
      <Value text={setting.value ?? ''} gone />
      <span>{t('after')}</span>
      <Value text={next} />
    </Box>
  );
}

function Value({ text, gone = false }: { text: string; gone?: boolean }) {
  const { t } = useTranslation('settings');
  return (
    <Box component={gone ? 'del' : 'ins'} sx={{ textDecoration: 'none', color: gone ? 'error.main' : 'success.main', overflowWrap: 'anywhere', whiteSpace: 'pre-wrap', maxHeight: 160, overflow: 'auto' }}>
      {text === '' ? t('empty') : text}
    </Box>
  );
}
