import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import Box from '@mui/material/Box';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { SetupSteps } from '../../api/generated';
import { isDone, pathOfStep, stepAfter, stepBefore, type StepId } from './steps';

interface StepFooterProps {
  step: StepId;
  steps: SetupSteps;
  onFinish: () => void;
  finishing: boolean;
}

export function StepFooter({ step, steps, onFinish, finishing }: StepFooterProps) {
  const { t } = useTranslation('setup');
  const before = stepBefore(step);
  const next = stepAfter(step);
  // Of these nothing is left undone by going on.
  const complete = isDone(step, steps) || step === 'storage';
  return (
    <Stack direction="row" sx={{ gap: 1, mt: 3, pt: 2, borderTop: 1, borderColor: 'divider' }}>
      {before && (
        <Button component={Link} to={pathOfStep(before)} color="inherit">
          {t('back')}
        </Button>
      )}
      <Box sx={{ flexGrow: 1 }} />
      {next ? (
        <Button component={Link} to={pathOfStep(next)} variant={complete ? 'contained' : 'text'}>
          {complete ? t('continue') : t('skip')}
        </Button>
      ) : (
        <Button variant="contained" onClick={onFinish} loading={finishing}>
          {t('finish')}
        </Button>
      )}
    </Stack>
  );
}
