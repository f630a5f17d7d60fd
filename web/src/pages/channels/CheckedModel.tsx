import Box from '@mui/material/Box';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { ChannelCheckResult } from '../../api/generated';
import { asSentence } from '../../components/feedback/problemText';
import { useFormat } from '../../components/format/useFormat';
import { StatusChip } from '../../components/StatusChip';
import { monospace } from '../../theme/theme';

interface CheckedModelProps {
  model: string;
  chosen: boolean;
  /** What came of it, once it was asked. */
  result: ChannelCheckResult | undefined;
  isUnderWay: boolean;
  disabled: boolean;
  onToggle: () => void;
}

/** Where the name begins, after the box to check. */
const besideName = 3.5;

/** One model of a check: whether it is to be asked, how long its answer took, or why there was none. */
export function CheckedModel({ model, chosen, result, isUnderWay, disabled, onToggle }: CheckedModelProps) {
  const { t } = useTranslation('channels');
  return (
    <Stack sx={{ minWidth: 0 }}>
      <Stack direction={{ xs: 'column', sm: 'row' }} sx={{ columnGap: 1, alignItems: { xs: 'flex-start', sm: 'center' }, justifyContent: 'space-between' }}>
        <FormControlLabel
          label={model}
          control={<Checkbox size="small" checked={chosen} disabled={disabled} onChange={onToggle} />}
          slotProps={{ typography: { variant: 'body2', sx: { fontFamily: monospace, overflowWrap: 'anywhere' } } }}
          sx={{ minWidth: 0 }}
        />
        <Box sx={{ pl: { xs: besideName, sm: 0 }, flexShrink: 0 }}>
          {isUnderWay && <StatusChip tone="info" label={t('check.underWay')} />}
          {result && <Outcome result={result} />}
        </Box>
      </Stack>
      {result && !result.success && <Reason result={result} />}
    </Stack>
  );
}

/** What the gateway says of a model that no question of this kind can be put to, such as one of images. */
const notKnown = 2;

function Outcome({ result: { success, time, process } }: { result: ChannelCheckResult }) {
  const { t } = useTranslation('channels');
  const { duration } = useFormat();
  const cannotBeAsked = process[0]?.results[0]?.status === notKnown;
  return (
    <Stack direction="row" sx={{ gap: 1, alignItems: 'center' }}>
      <Typography variant="body2" color="textSecondary">
        {duration(Math.round(time * 1000))}
      </Typography>
      {cannotBeAsked ? <StatusChip tone="off" label={t('check.notAsked')} /> : <StatusChip tone={success ? 'good' : 'bad'} label={success ? t('run.ok') : t('run.failed')} />}
    </Stack>
  );
}

function Reason({ result: { message, detail } }: { result: ChannelCheckResult }) {
  return (
    <Box sx={{ pl: besideName, pb: 0.5, typography: 'caption', color: 'text.secondary', overflowWrap: 'anywhere' }}>
      {asSentence(message)}
      {detail && detail !== message && (
        <Box component="pre" sx={{ m: 0, fontFamily: monospace, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', maxHeight: 96, overflowY: 'auto' }}>
          {detail}
        </Box>
      )}
    </Box>
  );
}
