import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { ApiProblem } from '../../api/problem';
import { CopyButton } from '../CopyButton';
import { useProblemText } from './problemText';

/** Why it failed, what the gateway said, and the request's id to quote. */
export function ProblemDetails({ problem }: { problem: ApiProblem }) {
  const { t } = useTranslation('errors');
  const text = useProblemText()(problem);
  const said = problem.message !== text ? problem.message : '';
  return (
    <Box sx={{ overflowWrap: 'anywhere' }}>
      <Typography variant="body2">{text}</Typography>
      {said && <Typography variant="body2">{said}</Typography>}
      {problem.requestId && (
        <Typography variant="caption" component="p" sx={{ display: 'flex', alignItems: 'center', gap: 0.5, flexWrap: 'wrap' }}>
          {t('requestId', { id: problem.requestId })}
          <CopyButton text={problem.requestId} what={t('theRequestId')} />
        </Typography>
      )}
    </Box>
  );
}
