import Box from '@mui/material/Box';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { usePutOptionBatchMutation } from '../../api/generated';
import { preferencesChanged } from '../../app/preferencesSlice';
import { useAppDispatch } from '../../app/store';
import { useSite } from '../../app/useSite';
import { useServerAddress } from '../../components/code/useServerAddress';
import { useNotify } from '../../components/feedback/useNotify';
import { FormPage, requiredText, SelectField, TextField as FormTextField } from '../../forms';
import { isLanguage, type Language, languages } from '../../i18n/languages';
import { StepHead } from './StepHead';

const languageIds = Object.keys(languages).filter(isLanguage);

/** As the gateway spells them. */
const siteLanguages: Record<Language, string> = { en: 'en_US', 'zh-CN': 'zh_CN' };

/** By the names of the options: what the gateway refuses is told beside its field. */
const schema = z.object({ SystemName: requiredText(), ServerAddress: requiredText(), Language: z.string() });

export function SiteStep({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation('setup');
  const site = useSite();
  const here = useServerAddress();
  const notify = useNotify();
  const [change] = usePutOptionBatchMutation();
  const submit = (values: z.infer<typeof schema>) => {
    const options = Object.entries(values).map(([key, value]) => ({ key, value }));
    return change({ body: { options } }).unwrap();
  };
  const goOn = () => {
    notify.success(t('siteSaved'));
    onDone();
  };
  return (
    <>
      <StepHead step="site" />
      <Box sx={{ maxWidth: 440 }}>
        <OwnLanguage />
        <FormPage schema={schema} defaultValues={{ SystemName: site.name, ServerAddress: here, Language: siteLanguages[site.language] }} onSubmit={submit} onDone={goOn} draftKey="setup:site" submitLabel={t('saveAndGoOn')}>
          <FormTextField name="SystemName" label={t('siteName')} help={t('siteNameHelp')} required />
          <FormTextField name="ServerAddress" label={t('siteAddress')} help={t('siteAddressHelp')} required />
          <SelectField name="Language" label={t('siteLanguage')} help={t('siteLanguageHelp')} options={languageIds.map((id) => ({ value: siteLanguages[id], label: languages[id] }))} />
        </FormPage>
      </Box>
    </>
  );
}

/** Takes effect as it is chosen. */
function OwnLanguage() {
  const { t, i18n } = useTranslation('setup');
  const dispatch = useAppDispatch();
  const choose = (language: string) => dispatch(preferencesChanged({ language: language as Language }));
  return (
    <TextField select label={t('language')} value={i18n.language} onChange={(event) => choose(event.target.value)} helperText={t('languageHelp')} sx={{ mb: 1.5 }}>
      {languageIds.map((id) => (
        <MenuItem key={id} value={id} lang={id}>
          {languages[id]}
        </MenuItem>
      ))}
    </TextField>
  );
}
