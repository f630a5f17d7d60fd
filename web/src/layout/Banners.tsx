import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import { useTranslation } from 'react-i18next';
import { useIsOnline } from './useIsOnline';
import { useNewVersion } from './useNewVersion';

/** What concerns the whole console, between top bar and page. */
export function Banners() {
  const { t } = useTranslation('layout');
  const online = useIsOnline();
  const newVersion = useNewVersion();
  return (
    <div role="status">
      {!online && (
        <Alert severity="warning" square>
          {t('offline')}
        </Alert>
      )}
      {newVersion && (
        <Alert
          severity="info"
          square
          action={
            <Button color="inherit" size="small" onClick={() => location.reload()}>
              {t('reload')}
            </Button>
          }
        >
          {t('newVersion', { version: newVersion })}
        </Alert>
      )}
    </div>
  );
}
