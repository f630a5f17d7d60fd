import CheckIcon from '@mui/icons-material/Check';
import ListItemIcon from '@mui/material/ListItemIcon';
import ListItemText from '@mui/material/ListItemText';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import type { Choice } from './ChoiceMenu';

interface ChoiceListProps {
  anchor: HTMLElement;
  label: string;
  value: string;
  choices: readonly Choice[];
  onChoose: (value: string) => void;
  onClose: () => void;
}

export default function ChoiceList({ anchor, label, value, choices, onChoose, onClose }: ChoiceListProps) {
  return (
    <Menu open anchorEl={anchor} onClose={onClose} slotProps={{ list: { 'aria-label': label } }}>
      {choices.map((choice) => {
        const chosen = choice.value === value;
        return (
          <MenuItem key={choice.value} role="menuitemradio" aria-checked={chosen} selected={chosen} lang={choice.lang} onClick={() => onChoose(choice.value)}>
            <ListItemIcon>{chosen && <CheckIcon fontSize="small" />}</ListItemIcon>
            <ListItemText>{choice.label}</ListItemText>
          </MenuItem>
        );
      })}
    </Menu>
  );
}
