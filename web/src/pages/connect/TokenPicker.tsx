import Autocomplete from '@mui/material/Autocomplete';
import Box from '@mui/material/Box';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Token, useGetTokenQuery } from '../../api/generated';
import { useDelayed } from './useDelayed';

interface TokenPickerProps {
  token: Token;
  onChoose: (id: number) => void;
}

/** One of the account's own tokens; typing asks the gateway for more than the first hundred. */
export function TokenPicker({ token, onChoose }: TokenPickerProps) {
  const { t } = useTranslation('connect');
  const [typed, setTyped] = useState('');
  const keyword = useDelayed(typed === token.name ? '' : typed);
  const { data, isFetching } = useGetTokenQuery({ page: 1, size: 100, keyword });
  return (
    <Autocomplete
      disableClearable
      options={data?.data ?? []}
      value={token}
      onChange={(_, chosen) => onChoose(chosen.id)}
      onInputChange={(_, text) => setTyped(text)}
      getOptionLabel={(option) => option.name}
      getOptionKey={(option) => option.id}
      isOptionEqualToValue={(option, value) => option.id === value.id}
      filterOptions={(options) => options}
      loading={isFetching}
      noOptionsText={t('noSuchToken')}
      renderOption={({ key, ...props }, option) => (
        <Box component="li" key={key} {...props} sx={{ justifyContent: 'space-between !important', gap: 2 }}>
          <Box component="span" sx={{ overflowWrap: 'anywhere' }}>
            {option.name}
          </Box>
          <Typography component="span" variant="caption" color="textSecondary" noWrap>
            …{option.key_hint}
          </Typography>
        </Box>
      )}
      renderInput={(params) => <TextField {...params} label={t('token')} helperText={token.status === 1 ? undefined : t('tokenOff')} error={token.status !== 1} />}
    />
  );
}
