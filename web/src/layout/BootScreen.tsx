import Box from '@mui/material/Box';
import CircularProgress from '@mui/material/CircularProgress';
import { useTranslation } from 'react-i18next';
import { ErrorPanel } from '../components/feedback/ErrorPanel';

/** Before it is known who is looking. */
export function BootScreen({ error, onRetry }: { error?: unknown; onRetry?: () => void }) {
  const { t } = useTranslation('layout');
  return (
    <Box component="main" sx={{ minHeight: '100vh', display: 'grid', placeItems: 'center', p: 2 }}>
      {error === undefined ? <CircularProgress aria-label={t('starting')} /> : <ErrorPanel title={t('startFailed')} error={error} onRetry={onRetry} />}
    </Box>
  );
}
