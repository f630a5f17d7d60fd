import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import { type Provider, usePostChannelMutation } from '../../api/generated';
import { useAccount } from '../../auth/useAccount';
import { FormPage, SearchSelectField } from '../../forms';
import { ChannelFields } from './ChannelFields';
import { channelOf, noChannel, useChannelSchema } from './channelForm';

interface ProviderFormProps {
  providers: readonly Provider[];
  onAdded: (name: string, models: readonly string[]) => void;
}

/** The shortest way to a channel; providers that want more than an address and a key have the channel's own form. */
export function ProviderForm({ providers, onAdded }: ProviderFormProps) {
  const { t } = useTranslation('setup');
  const { group } = useAccount();
  const [add] = usePostChannelMutation();
  const simple = providers.filter(({ local, options }) => !local && options.every((option) => !option.required));
  const schema = useChannelSchema(simple);
  return (
    <FormPage
      schema={schema}
      defaultValues={noChannel}
      onSubmit={async (values) => {
        await add({ channelChange: channelOf(values, group) }).unwrap();
        onAdded(values.name, values.models);
      }}
      draftKey="setup:channel"
      submitLabel={t('addChannel')}
    >
      <SearchSelectField name="type" label={t('provider')} options={simple.map(({ number, title }) => ({ value: String(number), label: title }))} required />
      <Typography variant="body2" color="textSecondary">
        {t('otherProviders')}{' '}
        <Link component={RouterLink} to="/panel/channels/new" underline="always">
          {t('channelForm')}
        </Link>
      </Typography>
      <ChannelFields providers={simple} />
    </FormPage>
  );
}
