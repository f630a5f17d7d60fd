import Button from '@mui/material/Button';
import MenuItem from '@mui/material/MenuItem';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import { type SyntheticEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePutOptionBatchMutation } from '../../api/generated';
import { preferencesChanged } from '../../app/preferencesSlice';
import { useAppDispatch } from '../../app/store';
import { useSite } from '../../app/useSite';
import { useServerAddress } from '../../components/code/useServerAddress';
import { ErrorPanel } from '../../components/feedback/ErrorPanel';
import { useNotify } from '../../components/feedback/useNotify';
import { isLanguage, type Language, languages } from '../../i18n/languages';
import { StepHead } from './StepHead';
import { useSubmit } from './useSubmit';

const languageIds = Object.keys(languages).filter(isLanguage);

export function SiteStep({ onDone }: { onDone: () => void }) {
  const { t, i18n } = useTranslation('setup');
  const { t: common } = useTranslation();
  const site = useSite();
  const here = useServerAddress();
  const notify = useNotify();
  const dispatch = useAppDispatch();
  const [change] = usePutOptionBatchMutation();
  const [name, setName] = useState(site.name);
  const [address, setAddress] = useState(here);
  const { busy, problem, faultOf, submit } = useSubmit(['SystemName', 'ServerAddress']);
  const options = [
    { key: 'SystemName', value: name.trim() },
    { key: 'ServerAddress', value: address.trim() },
  ];
  const save = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (!(await submit(() => change({ body: { options } }).unwrap()))) return;
    notify.success(t('siteSaved'));
    onDone();
  };
  return (
    <form onSubmit={(event) => void save(event)}>
      <StepHead step="site" />
      <Stack spacing={2} sx={{ maxWidth: 440 }}>
        {problem && <ErrorPanel title={common('notDone')} error={problem} />}
        <TextField label={t('siteName')} value={name} onChange={(event) => setName(event.target.value)} required helperText={t('siteNameHelp')} {...faultOf('SystemName')} slotProps={{ htmlInput: { dir: 'auto' } }} />
        <TextField label={t('siteAddress')} value={address} onChange={(event) => setAddress(event.target.value)} required helperText={t('siteAddressHelp')} {...faultOf('ServerAddress')} />
        <TextField select label={t('language')} value={i18n.language} onChange={(event) => dispatch(preferencesChanged({ language: event.target.value as Language }))} helperText={t('languageHelp')}>
          {languageIds.map((id) => (
            <MenuItem key={id} value={id} lang={id}>
              {languages[id]}
            </MenuItem>
          ))}
        </TextField>
        <Button type="submit" variant="contained" loading={busy} disabled={name.trim() === '' || address.trim() === ''} sx={{ alignSelf: 'flex-start' }}>
          {t('saveAndGoOn')}
        </Button>
      </Stack>
    </form>
  );
}
