import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { useEffect, useRef } from 'react';
import { useFormContext, useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import type { Provider } from '../../api/generated';
import { Section } from '../../components/Section';
import { SearchSelectField, SecretField, SwitchField, TextField } from '../../forms';
import type { ChannelValues } from './channelForm';
import { OptionFields } from './OptionFields';
import { useProviders } from './useProviders';

interface ProviderSectionProps {
  isNew: boolean;
}

/** Whom the channel calls, where, and with which key. */
export function ProviderSection({ isNew }: ProviderSectionProps) {
  const { t } = useTranslation('channels');
  const providers = useProviders();
  const type = useWatch<ChannelValues, 'type'>({ name: 'type' });
  const provider = providers.find(Number(type));
  usePresets(provider);
  return (
    <Section title={t('form.sections.provider')}>
      <SearchSelectField name="type" label={t('provider')} options={providers.all.map(({ number, title }) => ({ value: String(number), label: title }))} required />
      <TextField name="name" label={t('name')} required />
      {provider && !provider.local && (
        <>
          <TextField name="base_url" label={t('form.baseUrl')} help={provider.base_url ? t('form.baseUrlDefault', { url: provider.base_url }) : t('form.baseUrlHelp')} required={provider.base_url_required} monospace />
          <KeyFields isNew={isNew} isKeyRequired={provider.key_required} />
          {provider.site && (
            <Typography variant="body2">
              <Link href={provider.site} target="_blank" rel="noreferrer">
                {t('form.getKey', { provider: provider.title })}
              </Link>
            </Typography>
          )}
        </>
      )}
      {provider && <OptionFields options={provider.options} />}
    </Section>
  );
}

function KeyFields({ isNew, isKeyRequired }: ProviderSectionProps & { isKeyRequired: boolean }) {
  const { t } = useTranslation('channels');
  const several = useWatch<ChannelValues, 'severalKeys'>({ name: 'severalKeys' });
  return (
    <>
      <SecretField key={String(several)} name="key" label={several ? t('keys') : t('form.key')} help={several ? t('form.keysHelp') : undefined} isSet={!isNew} multiline={several} required={isKeyRequired} />
      <SwitchField name="severalKeys" label={t('form.severalKeys')} />
      {several && isNew && <SwitchField name="keysApart" label={t('form.keysApart')} help={t('form.keysApartHelp')} />}
    </>
  );
}

/** Another provider brings its own models and defaults, but not over what was entered. */
function usePresets(provider: Provider | undefined) {
  const { getValues, setValue } = useFormContext<ChannelValues>();
  const before = useRef<Provider>(undefined);
  useEffect(() => {
    if (!provider || provider === before.current) return;
    const { models, name, options } = getValues();
    const untouched = (now: string, preset: string | undefined) => now === '' || now === preset;
    if (untouched(models.join(), before.current?.models.join())) setValue('models', provider.models, { shouldDirty: true });
    if (untouched(name, before.current?.title)) setValue('name', provider.title, { shouldDirty: true });
    for (const { name: option, default: preset } of provider.options) {
      const isPlain = typeof preset === 'string' || typeof preset === 'number' || typeof preset === 'boolean';
      if (options[option] === undefined && isPlain) setValue(`options.${option}`, preset);
    }
    before.current = provider;
  }, [provider, getValues, setValue]);
}
