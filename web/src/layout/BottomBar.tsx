import BottomNavigation from '@mui/material/BottomNavigation';
import BottomNavigationAction from '@mui/material/BottomNavigationAction';
import GlobalStyles from '@mui/material/GlobalStyles';
import Paper from '@mui/material/Paper';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { menuPage, pathOf } from '../app/pages';
import { useCan } from '../auth/useAccount';
import { withBottomBar } from './bottomBarHeight';
import { useMenuPages } from './useMenu';
import { usePageRow } from './usePageRow';

const height = 56;
const shownStyles = <GlobalStyles styles={({ breakpoints }) => ({ [breakpoints.down('sm')]: withBottomBar(height) })} />;

/** On phones, plain users reach what they use daily with the thumb. Operators have more pages than fit: they use the menu. */
export function BottomBar() {
  const { t } = useTranslation('layout');
  const current = menuPage(usePageRow());
  const can = useCan();
  const pages = useMenuPages().filter((page) => page.menu.bottom);
  if (can('channels.read') || pages.length < 2) return null;
  return (
    <>
      {shownStyles}
      <Paper component="nav" aria-label={t('bottomMenu')} square sx={{ display: { sm: 'none' }, position: 'fixed', inset: 'auto 0 0', zIndex: 'appBar', borderTop: 1, borderColor: 'divider' }}>
        <BottomNavigation showLabels value={current?.id ?? false} sx={{ height }}>
          {pages.map((page) => (
            <BottomNavigationAction
              key={page.id}
              value={page.id}
              label={t(`pages.${page.id}`)}
              icon={<page.menu.icon />}
              component={Link}
              to={pathOf(page)}
              aria-current={page === current ? 'page' : undefined}
              // Five fit into 360 px.
              sx={{ minWidth: 0, px: 0.5 }}
            />
          ))}
        </BottomNavigation>
      </Paper>
    </>
  );
}
