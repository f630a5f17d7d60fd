import Badge from '@mui/material/Badge';
import Box from '@mui/material/Box';
import List from '@mui/material/List';
import ListItem from '@mui/material/ListItem';
import ListItemButton from '@mui/material/ListItemButton';
import ListItemText from '@mui/material/ListItemText';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useTranslation } from 'react-i18next';
import type { OptionMeta } from '../../api/generated';
import { dirtyOnes, type Edits, type SectionId } from './settings';

interface SectionNavigationProps {
  sections: readonly SectionId[];
  settings: readonly OptionMeta[];
  /** None while there is a search. */
  current: SectionId | undefined;
  edits: Edits;
  onOpen: (section: SectionId) => void;
}

export function SectionNavigation({ sections, settings, current, edits, onOpen }: SectionNavigationProps) {
  const { t } = useTranslation('settings');
  const changes = (section: SectionId) => dirtyOnes(settings, edits).filter((setting) => setting.section === section).length;
  const label = (section: SectionId) => {
    const count = changes(section);
    return count > 0 ? t('sectionChanged', { section: t(`sections.${section}`), count }) : t(`sections.${section}`);
  };
  return (
    <>
      <TextField select label={t('section')} value={current ?? ''} onChange={(event) => onOpen(event.target.value as SectionId)} sx={{ display: { md: 'none' } }}>
        {sections.map((section) => (
          <MenuItem key={section} value={section}>
            {label(section)}
          </MenuItem>
        ))}
      </TextField>
      <Box component="nav" aria-label={t('sectionList')} sx={{ display: { xs: 'none', md: 'block' }, position: 'sticky', top: 80 }}>
        <List dense disablePadding>
          {sections.map((section) => (
            <ListItem key={section} disablePadding>
              <ListItemButton selected={section === current} aria-current={section === current ? 'page' : undefined} aria-label={label(section)} onClick={() => onOpen(section)} sx={{ borderRadius: 1, pr: 3 }}>
                <ListItemText primary={t(`sections.${section}`)} />
                <Badge color="primary" badgeContent={changes(section)} />
              </ListItemButton>
            </ListItem>
          ))}
        </List>
      </Box>
    </>
  );
}
