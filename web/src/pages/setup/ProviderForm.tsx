import Autocomplete from '@mui/material/Autocomplete';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { type SyntheticEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import { type Provider, usePostChannelMutation } from '../../api/generated';
import { useAccount } from '../../auth/useAccount';
import { ErrorPanel } from '../../components/feedback/ErrorPanel';
import { PasswordInput } from '../../components/PasswordInput';
import { KeyTest } from './KeyTest';
import { ModelChecklist } from './ModelChecklist';
import { useProviderModels } from './useProviderModels';
import { useSubmit } from './useSubmit';

interface ProviderFormProps {
  providers: readonly Provider[];
  onAdded: (name: string, models: readonly string[]) => void;
}

/** The shortest way to a channel; providers that want more than an address and a key have the channel's own form. */
export function ProviderForm({ providers, onAdded }: ProviderFormProps) {
  const { t } = useTranslation('setup');
  const [provider, setProvider] = useState<Provider>();
  const simple = providers.filter(({ local, options }) => !local && options.every((option) => !option.required));
  return (
    <Stack spacing={2}>
      <Autocomplete
        sx={{ maxWidth: 440 }}
        options={simple}
        value={provider ?? null}
        onChange={(_, chosen) => setProvider(chosen ?? undefined)}
        getOptionLabel={({ title }) => title}
        getOptionKey={({ number }) => number}
        noOptionsText={t('noSuchProvider')}
        renderInput={(params) => <TextField {...params} label={t('provider')} />}
      />
      <Typography variant="body2" color="textSecondary">
        {t('otherProviders')}{' '}
        <Link component={RouterLink} to="/panel/channels/new" underline="always">
          {t('channelForm')}
        </Link>
      </Typography>
      {provider && <ChannelForm key={provider.number} provider={provider} onAdded={onAdded} />}
    </Stack>
  );
}

interface ChannelFormProps {
  provider: Provider;
  onAdded: (name: string, models: readonly string[]) => void;
}

function ChannelForm({ provider, onAdded }: ChannelFormProps) {
  const { t } = useTranslation('setup');
  const { t: common } = useTranslation();
  const { group } = useAccount();
  const [add] = usePostChannelMutation();
  const [name, setName] = useState(provider.title);
  const [key, setKey] = useState('');
  const [baseUrl, setBaseUrl] = useState('');
  const [chosen, setChosen] = useState<readonly string[]>(provider.models);
  const { busy, problem, faultOf, submit } = useSubmit(['name', 'key', 'base_url', 'models']);
  const channel = { type: provider.number, name: name.trim(), key: key.trim(), base_url: baseUrl.trim(), group, models: chosen.join(',') };
  const complete = (key.trim() !== '' || !provider.key_required) && (baseUrl.trim() !== '' || !provider.base_url_required);
  const { fetching, fetchModels, listed, fetchProblem } = useProviderModels(channel, provider, setChosen);
  const save = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (await submit(() => add({ channelChange: channel }).unwrap())) onAdded(channel.name, chosen);
  };
  return (
    <form onSubmit={(event) => void save(event)}>
      <Stack spacing={2}>
        {problem && <ErrorPanel title={common('notDone')} error={problem} />}
        <Stack spacing={2} sx={{ maxWidth: 440 }}>
          <TextField label={t('channelName')} value={name} onChange={(event) => setName(event.target.value)} required {...faultOf('name')} slotProps={{ htmlInput: { dir: 'auto' } }} />
          <PasswordInput label={t('apiKey')} value={key} onChange={setKey} required={provider.key_required} autoComplete="off" helperText={<KeySite site={provider.site} />} {...faultOf('key')} />
          <TextField label={t('baseUrl')} value={baseUrl} onChange={(event) => setBaseUrl(event.target.value)} required={provider.base_url_required} placeholder={provider.base_url} helperText={provider.base_url ? t('baseUrlHelp') : undefined} {...faultOf('base_url')} slotProps={{ inputLabel: { shrink: true } }} />
          {provider.lists_models && (
            <Button variant="outlined" onClick={() => void fetchModels()} loading={fetching} disabled={!complete} sx={{ alignSelf: 'flex-start' }}>
              {t('fetchModels')}
            </Button>
          )}
        </Stack>
        {fetchProblem && <ErrorPanel title={t('fetchFailed')} error={fetchProblem} />}
        <ModelChecklist models={listed} chosen={chosen} onChange={setChosen} {...faultOf('models')} />
        {complete && chosen.length > 0 && <KeyTest channel={channel} models={chosen} />}
        <Button type="submit" variant="contained" loading={busy} disabled={!complete || chosen.length === 0 || name.trim() === ''} sx={{ alignSelf: 'flex-start' }}>
          {t('addChannel')}
        </Button>
      </Stack>
    </form>
  );
}

function KeySite({ site }: { site: string }) {
  const { t } = useTranslation('setup');
  if (!site) return null;
  return (
    <>
      {t('keySite')}{' '}
      <Link href={site} target="_blank" rel="noopener noreferrer">
        {site}
      </Link>
    </>
  );
}
