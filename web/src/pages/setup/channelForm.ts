import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import type { ChannelChange, Provider } from '../../api/generated';
import { requiredText } from '../../forms';

/** What the wizard asks of a channel. */
export interface FirstChannel {
  /** The provider's number. */
  type: string;
  name: string;
  base_url: string;
  key: string;
  models: string[];
}

export const noChannel: FirstChannel = { type: '', name: '', base_url: '', key: '', models: [] };

export function providerOf(type: string, providers: readonly Provider[]): Provider | undefined {
  return providers.find(({ number }) => String(number) === type);
}

export function useChannelSchema(providers: readonly Provider[]) {
  const { t } = useTranslation('forms');
  const required = t('errors.required');
  return z
    .object({ type: z.string().min(1), name: requiredText(), base_url: z.string().trim(), key: z.string().trim(), models: z.array(z.string()).min(1, required) })
    .refine(({ type, base_url }) => base_url !== '' || !providerOf(type, providers)?.base_url_required, { error: required, path: ['base_url'] })
    .refine(({ type, key }) => key !== '' || !providerOf(type, providers)?.key_required, { error: required, path: ['key'] });
}

/** @param group  Who may call it. */
export function channelOf({ type, name, base_url, key, models }: FirstChannel, group: string): ChannelChange {
  return { type: Number(type), name: name.trim(), key: key.trim(), base_url: base_url.trim(), group, models: models.join(',') };
}

/** Whether there is enough of it to ask the provider. */
export function canBeAsked({ base_url, key }: FirstChannel, provider: Provider): boolean {
  return (base_url.trim() !== '' || !provider.base_url_required) && (key.trim() !== '' || !provider.key_required);
}
