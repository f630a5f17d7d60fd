import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Checkbox from '@mui/material/Checkbox';
import FormHelperText from '@mui/material/FormHelperText';
import List from '@mui/material/List';
import ListItem from '@mui/material/ListItem';
import ListItemButton from '@mui/material/ListItemButton';
import ListItemText from '@mui/material/ListItemText';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

interface ModelChecklistProps {
  models: readonly string[];
  chosen: readonly string[];
  onChange: (models: readonly string[]) => void;
  error?: boolean;
  helperText?: string;
}

/** Which of a provider's models to serve; what is searched for and not listed can be added by its name. */
export function ModelChecklist({ models, chosen, onChange, error = false, helperText }: ModelChecklistProps) {
  const { t } = useTranslation('setup');
  const titleId = useId();
  const [query, setQuery] = useState('');
  const wanted = query.trim();
  const all = [...new Set([...models, ...chosen])];
  const shown = all.filter((model) => model.toLowerCase().includes(wanted.toLowerCase()));
  const toggle = (model: string) => onChange(chosen.includes(model) ? chosen.filter((other) => other !== model) : [...chosen, model]);
  const add = () => {
    onChange([...chosen, wanted]);
    setQuery('');
  };
  return (
    <Box role="group" aria-labelledby={titleId}>
      <Stack direction="row" useFlexGap sx={{ alignItems: 'center', flexWrap: 'wrap', gap: 1, mb: 1 }}>
        <Typography id={titleId} variant="h3" sx={{ flexGrow: 1 }}>
          {t('modelsChosen', { count: chosen.length })}
        </Typography>
        <Box sx={{ display: 'flex' }}>
          <Button size="small" disabled={shown.length === 0} onClick={() => onChange([...new Set([...chosen, ...shown])])}>
            {wanted ? t('chooseFound') : t('chooseAll')}
          </Button>
          <Button size="small" disabled={chosen.length === 0} onClick={() => onChange([])}>
            {t('chooseNone')}
          </Button>
        </Box>
      </Stack>
      <TextField label={t('searchModels')} value={query} onChange={(event) => setQuery(event.target.value)} />
      {error && <FormHelperText error>{helperText}</FormHelperText>}
      <List dense sx={{ maxHeight: 280, overflow: 'auto', border: 1, borderColor: 'divider', borderRadius: 1, mt: 1, py: 0 }}>
        {wanted !== '' && !all.includes(wanted) && (
          <ListItem>
            <Button size="small" onClick={add} sx={{ overflowWrap: 'anywhere' }}>
              {t('addModel', { model: wanted })}
            </Button>
          </ListItem>
        )}
        {shown.length === 0 && wanted === '' && (
          <ListItem>
            <ListItemText secondary={t('noModelsListed')} />
          </ListItem>
        )}
        {shown.map((model) => (
          <ListItem key={model} disablePadding>
            <ListItemButton dense role="checkbox" aria-checked={chosen.includes(model)} onClick={() => toggle(model)}>
              <Checkbox edge="start" size="small" checked={chosen.includes(model)} tabIndex={-1} disableRipple aria-hidden />
              <ListItemText primary={model} slotProps={{ primary: { sx: { overflowWrap: 'anywhere' } } }} />
            </ListItemButton>
          </ListItem>
        ))}
      </List>
    </Box>
  );
}
