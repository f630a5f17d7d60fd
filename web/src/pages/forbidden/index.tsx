import LockIcon from '@mui/icons-material/LockOutlined';
import Button from '@mui/material/Button';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { EmptyState } from '../../components/feedback/EmptyState';
import { Page } from '../../layout/Page';
import { usePageRow } from '../../layout/usePageRow';

/** In the place of a page that the account may not open: what it takes, in words. */
export default function ForbiddenPage() {
  const { t } = useTranslation('layout');
  const page = usePageRow();
  const capability = page?.capability ?? 'profile';
  return (
    <Page title={page ? t(`pages.${page.id}`) : t('forbidden.title')}>
      <EmptyState
        icon={LockIcon}
        title={t('forbidden.title')}
        text={t('forbidden.text', { right: t(`capabilities.${capability}`) })}
        action={
          <Button component={Link} to="/panel" variant="contained">
            {t('toStart')}
          </Button>
        }
      />
    </Page>
  );
}
