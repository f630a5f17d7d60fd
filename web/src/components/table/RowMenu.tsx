import MoreVertIcon from '@mui/icons-material/MoreVert';
import IconButton from '@mui/material/IconButton';
import ListItemIcon from '@mui/material/ListItemIcon';
import ListItemText from '@mui/material/ListItemText';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RowAction } from './tableTypes';

/** What can be done with one row. */
export function RowMenu({ actions }: { actions: readonly RowAction[] }) {
  const { t } = useTranslation('table');
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const close = () => setAnchor(null);
  if (actions.length === 0) return null;
  return (
    <>
      <IconButton size="small" aria-label={t('actions')} aria-haspopup="menu" aria-expanded={anchor !== null} onClick={(event) => setAnchor(event.currentTarget)}>
        <MoreVertIcon fontSize="small" />
      </IconButton>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={close} onClick={(event) => event.stopPropagation()} slotProps={{ list: { 'aria-label': t('actions') } }}>
        {actions.map(({ id, label, icon: Icon, onClick, danger, disabled }) => (
          <MenuItem
            key={id}
            disabled={disabled}
            sx={{ color: danger ? 'error.main' : undefined }}
            onClick={() => {
              close();
              onClick();
            }}
          >
            <ListItemIcon>
              <Icon fontSize="small" color={danger ? 'error' : undefined} />
            </ListItemIcon>
            <ListItemText>{label}</ListItemText>
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}
