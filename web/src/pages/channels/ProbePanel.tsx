import SpeedIcon from '@mui/icons-material/Speed';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { usePostChannelProbeMutation } from '../../api/generated';
import { TestAnswer } from './TestOutcome';
import { useDraftChannel } from './useDraftChannel';

/** Tries the channel as it stands in the form: a wrong key is found before it is saved. */
export function ProbePanel({ id }: { id: number | undefined }) {
  const { t } = useTranslation('channels');
  const draft = useDraftChannel(id);
  const [probe, { data, error, isLoading }] = usePostChannelProbeMutation();
  return (
    <Stack sx={{ gap: 1 }}>
      <Stack direction="row" useFlexGap sx={{ gap: 1.5, alignItems: 'center', flexWrap: 'wrap' }}>
        <Button variant="outlined" startIcon={<SpeedIcon />} loading={isLoading} onClick={() => void probe({ body: draft() })}>
          {t('form.probe')}
        </Button>
        <Typography variant="body2" color="textSecondary">
          {t('form.probeText')}
        </Typography>
      </Stack>
      <div aria-live="polite">{!isLoading && <TestAnswer answer={data} error={error} />}</div>
    </Stack>
  );
}
