import Alert from '@mui/material/Alert';
import AlertTitle from '@mui/material/AlertTitle';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { LazyCopyButton } from '../LazyCopyButton';

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}\n${error.stack ?? ''}` : String(error);
}

/** A chunk that is gone: the gateway was updated while this page was open, or the network is away. */
function isLoadFailure(error: unknown): boolean {
  return error instanceof TypeError && /import|module|fetch/i.test(error.message);
}

/** What stands in the place of a panel or page that failed while it was drawn. */
export function BrokenPanel({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useTranslation('errors');
  const missing = isLoadFailure(error);
  const retry = missing ? () => location.reload() : onRetry;
  return (
    <Alert
      severity="error"
      action={
        <Button color="inherit" size="small" onClick={retry}>
          {missing ? t('reload') : t('tryAgain')}
        </Button>
      }
    >
      <AlertTitle>{missing ? t('chunkMissing') : t('broken')}</AlertTitle>
      <Typography variant="body2">
        {missing ? t('chunkMissingText') : t('brokenText')}
        <LazyCopyButton text={describe(error)} what={t('theDetails')} />
      </Typography>
    </Alert>
  );
}
