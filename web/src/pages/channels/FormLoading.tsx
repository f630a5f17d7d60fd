import Skeleton from '@mui/material/Skeleton';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../../components/feedback/ErrorPanel';
import { Page } from '../../layout/Page';

interface FormLoadingProps {
  title: string;
  error: unknown;
  onRetry: () => void;
}

/** In the form's place, until what it begins with is here. */
export function FormLoading({ title, error, onRetry }: FormLoadingProps) {
  const { t } = useTranslation();
  return (
    <Page title={title} narrow>
      {error === undefined ? <Skeleton role="status" variant="rounded" height={420} aria-label={t('loading')} /> : <ErrorPanel error={error} onRetry={onRetry} />}
    </Page>
  );
}
