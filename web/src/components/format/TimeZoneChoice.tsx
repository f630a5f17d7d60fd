import Autocomplete from '@mui/material/Autocomplete';
import TextField from '@mui/material/TextField';
import { useTranslation } from 'react-i18next';
import { preferencesChanged } from '../../app/preferencesSlice';
import { useAppDispatch, useAppSelector } from '../../app/store';

const zones = Intl.supportedValuesOf('timeZone');

/** The time zone that all times are shown in; by default the browser's. */
export function TimeZoneChoice() {
  const { t } = useTranslation();
  const { timeZone } = useAppSelector((state) => state.preferences);
  const dispatch = useAppDispatch();
  const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <Autocomplete
      options={zones}
      value={timeZone ?? null}
      onChange={(_event, zone) => dispatch(preferencesChanged({ timeZone: zone ?? undefined }))}
      renderInput={(params) => <TextField {...params} label={t('timeZone')} placeholder={browserZone} helperText={timeZone === undefined && t('browserZone', { zone: browserZone })} />}
    />
  );
}
