import SearchOffIcon from '@mui/icons-material/SearchOff';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { EmptyState } from '../../components/feedback/EmptyState';
import { Page } from '../../layout/Page';

export default function NotFoundPage() {
  const { t } = useTranslation('layout');
  const { pathname } = useLocation();
  return (
    <Box sx={{ overflowWrap: 'anywhere' }}>
      <Page title={t('notFound.title')}>
        <EmptyState
          icon={SearchOffIcon}
          title={t('notFound.heading')}
          text={t('notFound.text', { path: pathname })}
          action={
            <Button component={Link} to="/panel" variant="contained">
              {t('toStart')}
            </Button>
          }
        />
      </Page>
    </Box>
  );
}
