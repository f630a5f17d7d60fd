import Alert from '@mui/material/Alert';
import AlertTitle from '@mui/material/AlertTitle';
import Button from '@mui/material/Button';
import { useTranslation } from 'react-i18next';
import { toProblem } from '../../api/problem';
import { ProblemDetails } from './ProblemDetails';

interface ErrorPanelProps {
  /** An `ApiProblem`, or anything that was thrown. */
  error: unknown;
  /** What could not be shown or done; by default "This could not be loaded". */
  title?: string;
  onRetry?: () => void;
}

/** Stands where a section would: what failed, why, the request's id, and another try. */
export function ErrorPanel({ error, title, onRetry }: ErrorPanelProps) {
  const { t } = useTranslation();
  const problem = toProblem(error);
  return (
    <Alert
      severity={problem.kind === 'forbidden' ? 'warning' : 'error'}
      action={
        onRetry && (
          <Button color="inherit" size="small" onClick={onRetry}>
            {t('retry')}
          </Button>
        )
      }
    >
      <AlertTitle>{title ?? t('loadFailed')}</AlertTitle>
      <ProblemDetails problem={problem} />
    </Alert>
  );
}
