import MenuIcon from '@mui/icons-material/Menu';
import MenuOpenIcon from '@mui/icons-material/MenuOpen';
import AppBar from '@mui/material/AppBar';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import Link from '@mui/material/Link';
import Toolbar from '@mui/material/Toolbar';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import { useSite } from '../app/useSite';
import { PaletteButton } from '../components/palette/PaletteButton';
import { AccountMenu } from './AccountMenu';
import { LanguageMenu } from './LanguageMenu';
import { ThemeMenu } from './ThemeMenu';

export function TopBar({ onToggleMenu, menuOpen }: { onToggleMenu: () => void; menuOpen: boolean }) {
  const { t } = useTranslation('layout');
  const { name } = useSite();
  return (
    <AppBar position="sticky" color="inherit" elevation={0} sx={{ borderBottom: 1, borderColor: 'divider', bgcolor: 'background.paper' }}>
      <Toolbar variant="dense" sx={{ minHeight: 56, gap: { xs: 0.5, sm: 1 } }}>
        <IconButton edge="start" onClick={onToggleMenu} aria-expanded={menuOpen} aria-label={t(menuOpen ? 'closeMenu' : 'openMenu')}>
          {menuOpen ? <MenuOpenIcon /> : <MenuIcon />}
        </IconButton>
        <Link component={RouterLink} to="/panel" color="inherit" underline="none" variant="h2" noWrap sx={{ minWidth: 0, maxWidth: 280 }}>
          {name}
        </Link>
        <Box sx={{ flexGrow: 1 }} />
        <PaletteButton />
        <LanguageMenu />
        <ThemeMenu />
        <AccountMenu />
      </Toolbar>
    </AppBar>
  );
}
