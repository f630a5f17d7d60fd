import Link from '@mui/material/Link';
import { useTranslation } from 'react-i18next';

/** The first thing the keyboard reaches: past the menu, to the page. */
export function SkipLink() {
  const { t } = useTranslation('layout');
  const skip = () => document.getElementById('main')?.focus();
  return (
    <Link
      component="button"
      onClick={skip}
      sx={{ position: 'fixed', top: 8, left: 8, px: 2, py: 1, zIndex: 'tooltip', bgcolor: 'background.paper', borderRadius: 1, '&:not(:focus)': { transform: 'translateY(-200%)' } }}
    >
      {t('skipToContent')}
    </Link>
  );
}
