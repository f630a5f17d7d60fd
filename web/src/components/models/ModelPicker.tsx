import Autocomplete from '@mui/material/Autocomplete';
import Box from '@mui/material/Box';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { CallableModel } from './useModels';

interface ModelPickerProps {
  label: string;
  models: readonly CallableModel[];
  value: string;
  onChange: (model: string) => void;
  loading?: boolean;
  helperText?: string;
  error?: boolean;
}

/** One of the models that can be called, found by typing a part of its name or its maker's. */
export function ModelPicker({ label, models, value, onChange, loading = false, helperText, error = false }: ModelPickerProps) {
  const { t } = useTranslation('chat');
  const chosen = models.find((model) => model.name === value) ?? null;
  return (
    <Autocomplete
      options={models}
      value={chosen}
      onChange={(_, model) => onChange(model?.name ?? '')}
      getOptionLabel={(model) => model.name}
      getOptionKey={(model) => model.name}
      isOptionEqualToValue={(option, current) => option.name === current.name}
      filterOptions={(options, { inputValue }) => matching(options, inputValue, chosen)}
      loading={loading}
      noOptionsText={t('noSuchModel')}
      renderOption={({ key, ...props }, model) => (
        <Box component="li" key={key} {...props} sx={{ justifyContent: 'space-between !important', gap: 2 }}>
          <Box component="span" sx={{ overflowWrap: 'anywhere' }}>
            {model.name}
          </Box>
          <Typography component="span" variant="caption" color="textSecondary" noWrap sx={{ flexShrink: 0, maxWidth: '40%' }}>
            {model.owner}
          </Typography>
        </Box>
      )}
      renderInput={(params) => <TextField {...params} label={label} helperText={helperText} error={error} />}
    />
  );
}

/** A long list is drawn in part: typing narrows it. */
const mostShown = 200;

function matching(models: readonly CallableModel[], query: string, chosen: CallableModel | null): CallableModel[] {
  const words = query === chosen?.name ? [] : query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = models.filter((model) => words.every((word) => `${model.name} ${model.owner}`.toLowerCase().includes(word)));
  return found.slice(0, mostShown);
}
