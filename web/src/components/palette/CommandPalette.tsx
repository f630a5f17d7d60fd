import Box from '@mui/material/Box';
import Dialog from '@mui/material/Dialog';
import DialogTitle from '@mui/material/DialogTitle';
import InputBase from '@mui/material/InputBase';
import LinearProgress from '@mui/material/LinearProgress';
import ListItemButton from '@mui/material/ListItemButton';
import ListItemIcon from '@mui/material/ListItemIcon';
import ListItemText from '@mui/material/ListItemText';
import ListSubheader from '@mui/material/ListSubheader';
import Typography from '@mui/material/Typography';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { visuallyHidden } from '../../theme/visuallyHidden';
import type { PaletteItem } from './paletteItems';
import { usePaletteResults } from './usePaletteResults';

interface CommandPaletteProps {
  /** What the page in view can do. */
  actionsHere: readonly PaletteItem[];
  onClose: () => void;
}

/** One field for pages, actions and objects; arrows choose, Enter goes. */
export function CommandPalette({ actionsHere, onClose }: CommandPaletteProps) {
  const { t } = useTranslation('layout');
  const navigate = useNavigate();
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const { groups, searching } = usePaletteResults(query, actionsHere);
  const items = groups.flatMap((group) => group.items);
  const listId = useId();
  const optionId = (index: number) => `${listId}-${index}`;

  const choose = (item: PaletteItem | undefined) => {
    if (!item) return;
    onClose();
    if (item.to !== undefined) void navigate(item.to);
    item.run?.();
  };
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && items.length > 0) {
      event.preventDefault();
      setActive((active + step + items.length) % items.length);
    }
    if (event.key === 'Enter') {
      event.preventDefault();
      choose(items[active]);
    }
  };

  return (
    <Dialog
      open
      fullWidth
      maxWidth="sm"
      onClose={onClose}
      slotProps={{ paper: { sx: { position: { sm: 'absolute' }, top: { sm: '10vh' }, m: { xs: 1 }, maxHeight: '70vh' } } }}
    >
      <DialogTitle sx={visuallyHidden}>{t('palette.title')}</DialogTitle>
      <InputBase
        autoFocus
        fullWidth
        value={query}
        placeholder={t('palette.placeholder')}
        onChange={(event) => {
          setQuery(event.target.value);
          setActive(0);
        }}
        onKeyDown={press}
        slotProps={{
          input: { role: 'combobox', 'aria-label': t('palette.title'), 'aria-expanded': true, 'aria-controls': listId, 'aria-autocomplete': 'list', 'aria-activedescendant': items.length > 0 ? optionId(active) : undefined },
        }}
        sx={{ px: 2, py: 1.5, borderBottom: 1, borderColor: 'divider' }}
      />
      {searching && <LinearProgress aria-label={t('palette.searching')} />}
      <Box id={listId} role="listbox" aria-label={t('palette.results')} sx={{ overflow: 'auto', py: 1 }}>
        {groups.map((group) => (
          <Box key={group.id} role="group" aria-label={group.title}>
            <ListSubheader component="div" disableSticky aria-hidden sx={{ lineHeight: 2.4 }}>
              {group.title}
            </ListSubheader>
            {group.items.map((item) => {
              const index = items.indexOf(item);
              return <PaletteOption key={item.id} id={optionId(index)} item={item} active={index === active} onChoose={() => choose(item)} />;
            })}
          </Box>
        ))}
      </Box>
      {items.length === 0 && !searching && (
        <Typography role="status" color="textSecondary" sx={{ px: 2, pb: 2 }}>
          {t('palette.nothing')}
        </Typography>
      )}
    </Dialog>
  );
}

interface PaletteOptionProps {
  id: string;
  item: PaletteItem;
  active: boolean;
  onChoose: () => void;
}

function PaletteOption({ id, item, active, onChoose }: PaletteOptionProps) {
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active) row.current?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  const Icon = item.icon;
  return (
    <ListItemButton component="div" dense ref={row} id={id} role="option" aria-selected={active} selected={active} tabIndex={-1} onClick={onChoose}>
      {Icon && (
        <ListItemIcon>
          <Icon fontSize="small" />
        </ListItemIcon>
      )}
      <ListItemText primary={item.label} secondary={item.hint} slotProps={{ primary: { noWrap: true }, secondary: { noWrap: true } }} />
    </ListItemButton>
  );
}
