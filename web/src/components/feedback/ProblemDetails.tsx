import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { ApiProblem } from '../../api/problem';
import { LazyCopyButton } from '../LazyCopyButton';
import { asSentence, useProblemText } from './problemText';

/** Why it failed, what the gateway said, and the request's id to quote. */
export function ProblemDetails({ problem }: { problem: ApiProblem }) {
  const { t } = useTranslation('errors');
  const text = useProblemText()(problem);
  const message = asSentence(problem.message);
  const said = message === text ? '' : message;
  return (
    <Box sx={{ overflowWrap: 'anywhere' }}>
      <Typography variant="body2">{text}</Typography>
      {said && <Typography variant="body2">{said}</Typography>}
      {problem.requestId && (
        <Typography variant="caption" component="p">
          {t('requestId', { id: problem.requestId })}{' '}
          <LazyCopyButton text={problem.requestId} what={t('theRequestId')} />
        </Typography>
      )}
    </Box>
  );
}
