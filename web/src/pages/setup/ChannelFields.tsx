import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { useEffect, useRef } from 'react';
import { useFormContext, useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import type { Provider } from '../../api/generated';
import { useAccount } from '../../auth/useAccount';
import { ErrorPanel } from '../../components/feedback/ErrorPanel';
import { SecretField, TextField } from '../../forms';
import { canBeAsked, channelOf, type FirstChannel, providerOf } from './channelForm';
import { KeyTest } from './KeyTest';
import { ModelsField } from './ModelsField';
import { useProviderModels } from './useProviderModels';

/** What a channel of the chosen provider needs. */
export function ChannelFields({ providers }: { providers: readonly Provider[] }) {
  const type = useWatch<FirstChannel, 'type'>({ name: 'type' });
  const provider = providerOf(type, providers);
  usePresets(provider);
  return provider && <ProviderFields key={provider.number} provider={provider} />;
}

function ProviderFields({ provider }: { provider: Provider }) {
  const { t } = useTranslation('setup');
  const { group } = useAccount();
  const { control } = useFormContext<FirstChannel>();
  const values = useWatch({ control, compute: (all: FirstChannel) => all });
  const channel = channelOf(values, group);
  const isComplete = canBeAsked(values, provider);
  const { fetching, fetchModels, listed, fetchProblem } = useProviderModels(channel, provider);
  return (
    <>
      <TextField name="name" label={t('channelName')} required />
      <SecretField name="key" label={t('apiKey')} isSet={false} required={provider.key_required} />
      <KeySite site={provider.site} />
      <TextField name="base_url" label={t('baseUrl')} help={provider.base_url ? t('baseUrlHelp') : undefined} placeholder={provider.base_url} required={provider.base_url_required} />
      {provider.lists_models && (
        <Button variant="outlined" onClick={() => void fetchModels()} loading={fetching} disabled={!isComplete} sx={{ alignSelf: 'flex-start' }}>
          {t('fetchModels')}
        </Button>
      )}
      {fetchProblem && <ErrorPanel title={t('fetchFailed')} error={fetchProblem} />}
      <ModelsField listed={listed} />
      {isComplete && values.models.length > 0 && <KeyTest channel={channel} models={values.models} />}
    </>
  );
}

function KeySite({ site }: { site: string }) {
  const { t } = useTranslation('setup');
  if (!site) return null;
  return (
    <Typography variant="body2" color="textSecondary">
      {t('keySite')}{' '}
      <Link href={site} target="_blank" rel="noopener noreferrer">
        {site}
      </Link>
    </Typography>
  );
}

/** Another provider brings its own name and models, but not over what was entered; the former's key is not for it. */
function usePresets(provider: Provider | undefined) {
  const { getValues, setValue } = useFormContext<FirstChannel>();
  const before = useRef<Provider>(undefined);
  useEffect(() => {
    // The same one may come again, in another language.
    if (!provider || provider.number === before.current?.number) return;
    const { name, models } = getValues();
    const untouched = (now: string, preset: string | undefined) => now === '' || now === preset;
    if (untouched(name, before.current?.title)) setValue('name', provider.title, { shouldDirty: true });
    if (untouched(models.join(), before.current?.models.join())) setValue('models', provider.models, { shouldDirty: true });
    if (before.current) {
      setValue('key', '');
      setValue('base_url', '');
    }
    before.current = provider;
  }, [provider, getValues, setValue]);
}
