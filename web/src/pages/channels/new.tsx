import { skipToken } from '@reduxjs/toolkit/query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { type Channel, useGetChannelIdQuery, usePostChannelMutation } from '../../api/generated';
import { useAskPassword } from '../../auth/useAskPassword';
import { useNotify } from '../../components/feedback/useNotify';
import { FormPage } from '../../forms';
import { Page } from '../../layout/Page';
import { channelStatus } from './channel';
import { ChannelFields } from './ChannelFields';
import { channelChange, type ChannelValues, channelValues, newChannelValues, useChannelSchema } from './channelForm';
import { FormLoading } from './FormLoading';
import { useProviders } from './useProviders';

/** Adds a channel, or several of one kind; `?copy=3` begins with what channel 3 is. */
export default function NewChannelPage() {
  const { t } = useTranslation(['channels', 'common']);
  const [params] = useSearchParams();
  const copied = Number(params.get('copy'));
  const original = useGetChannelIdQuery(copied > 0 ? { id: copied } : skipToken);
  const providers = useProviders();
  const keyAsked = useKeyOf(original.currentData);
  const isReady = (copied > 0 ? original.currentData !== undefined && keyAsked : true) && providers.all.length > 0;
  const retry = () => {
    providers.refetch();
    if (copied > 0) void original.refetch();
  };
  if (!isReady) return <FormLoading title={t('form.newTitle')} error={original.error ?? providers.error} onRetry={retry} />;
  const name = original.currentData && t('copyName', { name: original.currentData.name });
  return <NewChannel key={copied} defaultValues={original.currentData ? { ...copyOf(original.currentData), name: name ?? '' } : newChannelValues} draftKey={`channel:new:${copied}`} />;
}

/** Asks for the password where the key to be copied is left out. @return whether it is here, or was not to be had. */
function useKeyOf(channel: Channel | undefined): boolean {
  const askPassword = useAskPassword();
  const [declined, setDeclined] = useState(false);
  const isWithheld = channel?.key_withheld ?? false;
  useEffect(() => {
    if (isWithheld) void askPassword().then((given) => setDeclined(!given));
  }, [askPassword, isWithheld]);
  return !isWithheld || declined;
}

/** With its keys: the copy is one more way to the same account. */
function copyOf(channel: Channel): ChannelValues {
  return { ...channelValues(channel), key: channel.key };
}

function NewChannel({ defaultValues, draftKey }: { defaultValues: ChannelValues; draftKey: string }) {
  const { t } = useTranslation(['channels', 'common']);
  const navigate = useNavigate();
  const notify = useNotify();
  const { find } = useProviders();
  const schema = useChannelSchema(find, true);
  const [add] = usePostChannelMutation();
  const added = useRef<readonly number[]>([]);
  const submit = async (values: ChannelValues) => {
    const status = values.enabled ? channelStatus.enabled : channelStatus.disabled;
    const channel = { ...channelChange(values, find(Number(values.type))), status, one_channel: !values.keysApart };
    added.current = (await add({ channelChange: channel }).unwrap()).ids;
  };
  const goOn = () => {
    const [id] = added.current;
    notify.success(t('done.added', { count: added.current.length }));
    void navigate(added.current.length === 1 ? `/panel/channels/${id}` : '/panel/channels');
  };
  return (
    <Page title={t('form.newTitle')} narrow>
      <FormPage
        sticky
        schema={schema}
        defaultValues={defaultValues}
        onSubmit={submit}
        onDone={goOn}
        onCancel={() => void navigate('/panel/channels')}
        draftKey={draftKey}
        submitLabel={t('common:add')}
      >
        <ChannelFields />
      </FormPage>
    </Page>
  );
}
