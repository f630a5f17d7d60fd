import List from '@mui/material/List';
import ListItem from '@mui/material/ListItem';
import ListItemButton from '@mui/material/ListItemButton';
import ListItemIcon from '@mui/material/ListItemIcon';
import ListItemText from '@mui/material/ListItemText';
import Box from '@mui/material/Box';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { menuPage, pathOf } from '../app/pages';
import { type MenuPage, type MenuSection, useMenu } from './useMenu';
import { usePageRow } from './usePageRow';

interface SidebarProps {
  /** Icons only. */
  collapsed?: boolean;
  onNavigate?: () => void;
}

export function Sidebar({ collapsed = false, onNavigate }: SidebarProps) {
  const { t } = useTranslation('layout');
  const menu = useMenu();
  return (
    <Box component="nav" aria-label={t('mainMenu')} onClick={onNavigate} sx={{ py: 1, overflowY: 'auto', flexGrow: 1 }}>
      {menu.map((section) => (
        <SidebarSection key={section.id} section={section} collapsed={collapsed} />
      ))}
    </Box>
  );
}

function SidebarSection({ section, collapsed }: { section: MenuSection; collapsed: boolean }) {
  const { t } = useTranslation('layout');
  const titleId = useId();
  const title = t(`sections.${section.id}`);
  return (
    <Box sx={{ pb: 1 }}>
      {!collapsed && section.id !== 'home' && (
        <Typography id={titleId} variant="overline" component="h2" color="textSecondary" sx={{ px: 2, lineHeight: 2.2 }} noWrap>
          {title}
        </Typography>
      )}
      <List dense disablePadding aria-label={title}>
        {section.pages.map((page) => (
          <SidebarEntry key={page.id} page={page} collapsed={collapsed} />
        ))}
      </List>
    </Box>
  );
}

function SidebarEntry({ page, collapsed }: { page: MenuPage; collapsed: boolean }) {
  const { t } = useTranslation('layout');
  const isCurrent = menuPage(usePageRow()) === page;
  const label = t(`pages.${page.id}`);
  const Icon = page.menu.icon;
  return (
    <ListItem disablePadding sx={{ px: 1 }}>
      <Tooltip title={collapsed ? label : ''} placement="right">
        <ListItemButton
          component={Link}
          to={pathOf(page)}
          selected={isCurrent}
          aria-current={isCurrent ? 'page' : undefined}
          aria-label={collapsed ? label : undefined}
          sx={{ borderRadius: 1, minHeight: 40, justifyContent: collapsed ? 'center' : undefined }}
        >
          <ListItemIcon sx={{ minWidth: collapsed ? 0 : 36, color: isCurrent ? 'primary.main' : undefined }}>
            <Icon fontSize="small" />
          </ListItemIcon>
          {!collapsed && <ListItemText primary={label} slotProps={{ primary: { noWrap: true } }} />}
        </ListItemButton>
      </Tooltip>
    </ListItem>
  );
}
