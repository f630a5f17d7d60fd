import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { StepId } from './steps';

/** What the step is, and what it is for. */
export function StepHead({ step }: { step: StepId }) {
  const { t } = useTranslation('setup');
  return (
    <>
      <Typography variant="h2" gutterBottom>
        {t(`stepTitles.${step}`)}
      </Typography>
      <Typography color="textSecondary" sx={{ mb: 3, maxWidth: '65ch' }}>
        {t(`stepTexts.${step}`)}
      </Typography>
    </>
  );
}
