import AccountCircleIcon from '@mui/icons-material/AccountCircleOutlined';
import KeyboardIcon from '@mui/icons-material/KeyboardOutlined';
import LogoutIcon from '@mui/icons-material/Logout';
import PersonIcon from '@mui/icons-material/PersonOutlined';
import Box from '@mui/material/Box';
import Divider from '@mui/material/Divider';
import IconButton from '@mui/material/IconButton';
import ListItemIcon from '@mui/material/ListItemIcon';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useAccount } from '../auth/useAccount';
import { Quota } from '../components/format/Quota';
import { usePalette } from '../components/palette/PaletteProvider';
import { useSignOut } from './useSignOut';

export function AccountMenu() {
  const { t } = useTranslation('layout');
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const account = useAccount();
  const signOut = useSignOut();
  const { openShortcuts } = usePalette();
  const navigate = useNavigate();
  const choose = (action: () => void) => () => {
    setAnchor(null);
    action();
  };
  return (
    <>
      <Tooltip title={t('account')}>
        <IconButton edge="end" aria-label={t('account')} aria-haspopup="menu" aria-expanded={anchor !== null} onClick={(event) => setAnchor(event.currentTarget)}>
          <AccountCircleIcon />
        </IconButton>
      </Tooltip>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)} slotProps={{ paper: { sx: { maxWidth: 300 } }, list: { 'aria-label': t('account') } }}>
        <Box component="li" role="presentation" sx={{ px: 2, py: 1 }}>
          <Typography noWrap sx={{ fontWeight: 600 }}>
            {account.display_name || account.username}
          </Typography>
          <Typography variant="body2" color="textSecondary">
            {t('balance')}: <Quota value={account.quota} />
          </Typography>
        </Box>
        <Divider component="li" />
        <MenuItem onClick={choose(() => void navigate('/panel/profile'))}>
          <ListItemIcon>
            <PersonIcon fontSize="small" />
          </ListItemIcon>
          {t('pages.profile')}
        </MenuItem>
        <MenuItem onClick={choose(openShortcuts)}>
          <ListItemIcon>
            <KeyboardIcon fontSize="small" />
          </ListItemIcon>
          {t('shortcuts')}
        </MenuItem>
        <MenuItem onClick={choose(signOut)}>
          <ListItemIcon>
            <LogoutIcon fontSize="small" />
          </ListItemIcon>
          {t('signOut')}
        </MenuItem>
      </Menu>
    </>
  );
}
