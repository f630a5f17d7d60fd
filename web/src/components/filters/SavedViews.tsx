import BookmarkIcon from '@mui/icons-material/BookmarkBorder';
import DeleteIcon from '@mui/icons-material/DeleteOutlined';
import Button from '@mui/material/Button';
import Divider from '@mui/material/Divider';
import IconButton from '@mui/material/IconButton';
import ListItemText from '@mui/material/ListItemText';
import List from '@mui/material/List';
import ListItem from '@mui/material/ListItem';
import ListItemButton from '@mui/material/ListItemButton';
import Popover from '@mui/material/Popover';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { type SyntheticEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';
import { isRecord } from '../../app/storage';
import type { ListState } from '../table/useListState';
import { useStoredChoice } from '../table/useStoredChoice';

interface SavedView {
  name: string;
  /** The address's query: filters, sorting, time. */
  query: string;
}

function areSavedViews(value: unknown): value is SavedView[] {
  return Array.isArray(value) && value.every((view) => isRecord(view) && typeof view.name === 'string' && typeof view.query === 'string');
}

/** Where a list has got to is no part of a view. */
function queryOfView(search: string): string {
  const params = new URLSearchParams(search);
  params.delete('page');
  params.delete('cursor');
  return params.toString();
}

/** Views of a list under names of one's own, kept with the account's preferences. */
export function SavedViews({ state }: { state: ListState }) {
  const { t } = useTranslation('filters');
  const [views = [], store] = useStoredChoice(`views.${state.id}`, areSavedViews);
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [name, setName] = useState('');
  const [missing, setMissing] = useState(false);
  const { search } = useLocation();
  const navigate = useNavigate();
  const open = (view: SavedView) => {
    setAnchor(null);
    void navigate({ search: view.query });
  };
  const save = (event: SyntheticEvent) => {
    event.preventDefault();
    const trimmed = name.trim();
    setMissing(trimmed === '');
    if (trimmed === '') return;
    store([...views.filter((view) => view.name !== trimmed), { name: trimmed, query: queryOfView(search) }]);
    setName('');
  };
  return (
    <>
      <Button size="small" color="inherit" startIcon={<BookmarkIcon />} aria-haspopup="dialog" aria-expanded={anchor !== null} onClick={(event) => setAnchor(event.currentTarget)} sx={{ ml: 'auto' }}>
        {t('views')}
      </Button>
      <Popover open={anchor !== null} anchorEl={anchor} onClose={() => setAnchor(null)} anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }} transformOrigin={{ vertical: 'top', horizontal: 'right' }} slotProps={{ paper: { role: 'dialog', 'aria-label': t('views'), sx: { width: 320, maxWidth: '90vw' } } }}>
        {views.length === 0 && (
          <Typography color="textSecondary" variant="body2" sx={{ p: 2, pb: 0 }}>
            {t('noViews')}
          </Typography>
        )}
        <List dense aria-label={t('views')}>
          {views.map((view) => (
            <ListItem
              key={view.name}
              disablePadding
              secondaryAction={
                <IconButton edge="end" size="small" aria-label={t('deleteView', { name: view.name })} onClick={() => store(views.filter((other) => other !== view))}>
                  <DeleteIcon fontSize="small" />
                </IconButton>
              }
            >
              <ListItemButton onClick={() => open(view)}>
                <ListItemText primary={view.name} slotProps={{ primary: { noWrap: true } }} />
              </ListItemButton>
            </ListItem>
          ))}
        </List>
        <Divider />
        <Stack component="form" direction="row" spacing={1} onSubmit={save} sx={{ p: 2 }}>
          <TextField label={t('viewName')} value={name} error={missing} helperText={missing && t('viewNeedsName')} onChange={(event) => setName(event.target.value)} slotProps={{ htmlInput: { maxLength: 60 } }} />
          <Button type="submit" sx={{ alignSelf: 'flex-start' }}>
            {t('saveView')}
          </Button>
        </Stack>
      </Popover>
    </>
  );
}
