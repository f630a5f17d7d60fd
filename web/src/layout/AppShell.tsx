import Box from '@mui/material/Box';
import Drawer from '@mui/material/Drawer';
import { useTheme } from '@mui/material/styles';
import useMediaQuery from '@mui/material/useMediaQuery';
import { Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Outlet, ScrollRestoration, useLocation } from 'react-router';
import { preferencesChanged } from '../app/preferencesSlice';
import { useAppDispatch, useAppSelector } from '../app/store';
import { useCan } from '../auth/useAccount';
import { ErrorBoundary } from '../components/feedback/ErrorBoundary';
import { UndoShortcut } from '../components/feedback/UndoShortcut';
import { PaletteProvider } from '../components/palette/PaletteProvider';
import ForbiddenPage from '../pages/forbidden';
import { Banners } from './Banners';
import { BottomBar } from './BottomBar';
import { aboveBottomBar } from './bottomBarHeight';
import { PageLoading } from './PageLoading';
import { Sidebar } from './Sidebar';
import { SkipLink } from './SkipLink';
import { TopBar } from './TopBar';
import { usePageRow } from './usePageRow';

const sidebarWidth = { wide: 232, collapsed: 60 };

/** What surrounds every page of the panel: top bar, menu, banners, and on phones the bar at the bottom. */
export default function AppShell() {
  const isWide = useMediaQuery(useTheme().breakpoints.up('md'));
  const [drawerOpen, setDrawerOpen] = useState(false);
  const { sidebarCollapsed } = useAppSelector((state) => state.preferences);
  const dispatch = useAppDispatch();
  const toggleMenu = () => {
    if (isWide) dispatch(preferencesChanged({ sidebarCollapsed: !sidebarCollapsed }));
    else setDrawerOpen(!drawerOpen);
  };
  return (
    <PaletteProvider>
      <SkipLink />
      <Box sx={{ display: 'flex', flexDirection: 'column', minHeight: '100vh' }}>
        <TopBar onToggleMenu={toggleMenu} menuOpen={isWide ? !sidebarCollapsed : drawerOpen} />
        <Banners />
        <Box sx={{ display: 'flex', flexGrow: 1 }}>
          {isWide ? (
            <FixedSidebar collapsed={sidebarCollapsed} />
          ) : (
            <MenuDrawer open={drawerOpen} onClose={() => setDrawerOpen(false)} />
          )}
          <PageArea />
        </Box>
        <BottomBar />
      </Box>
      <ScrollRestoration />
      <UndoShortcut />
    </PaletteProvider>
  );
}

function FixedSidebar({ collapsed }: { collapsed: boolean }) {
  const width = collapsed ? sidebarWidth.collapsed : sidebarWidth.wide;
  return (
    <Box sx={{ width, flexShrink: 0, position: 'sticky', top: 56, height: 'calc(100vh - 56px)', display: 'flex', borderRight: 1, borderColor: 'divider', bgcolor: 'background.paper' }}>
      <Sidebar collapsed={collapsed} />
    </Box>
  );
}

function MenuDrawer({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation('layout');
  return (
    <Drawer open={open} onClose={onClose} slotProps={{ paper: { sx: { width: 280, maxWidth: '85vw' }, 'aria-label': t('mainMenu') } }}>
      <Sidebar onNavigate={onClose} />
    </Drawer>
  );
}

function PageArea() {
  const { pathname } = useLocation();
  const page = usePageRow();
  const can = useCan();
  const allowed = can(page?.capability);
  const main = useFocusOnNewPage(page?.id ?? pathname);
  return (
    <Box component="main" id="main" ref={main} tabIndex={-1} sx={{ flexGrow: 1, minWidth: 0, p: { xs: 2, sm: 3 }, pb: aboveBottomBar(24) }}>
      <ErrorBoundary resetKey={pathname}>
        <Suspense fallback={<PageLoading />}>{allowed ? <Outlet /> : <ForbiddenPage />}</Suspense>
      </ErrorBoundary>
    </Box>
  );
}

/** Where another page opens, its heading gets the focus, so that keyboards and screen readers go on from there. */
function useFocusOnNewPage(pageKey: string) {
  const main = useRef<HTMLElement>(null);
  const shown = useRef(pageKey);
  useEffect(() => {
    if (shown.current === pageKey) return;
    shown.current = pageKey;
    (main.current?.querySelector('h1') ?? main.current)?.focus({ preventScroll: true });
  }, [pageKey]);
  return main;
}
