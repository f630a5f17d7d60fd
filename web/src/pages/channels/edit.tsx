import { skipToken } from '@reduxjs/toolkit/query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { type Channel, useGetChannelIdQuery, useLazyGetChannelIdQuery, usePutChannelMutation } from '../../api/generated';
import { useNotify } from '../../components/feedback/useNotify';
import { FormPage } from '../../forms';
import { Page } from '../../layout/Page';
import { ChannelFields } from './ChannelFields';
import { channelChange, type ChannelValues, channelValues, useChannelSchema } from './channelForm';
import { FormLoading } from './FormLoading';
import { useProviders } from './useProviders';

export default function EditChannelPage() {
  const { t } = useTranslation('channels');
  const { id: address } = useParams();
  const id = Number(address);
  const { currentData: channel, error, refetch } = useGetChannelIdQuery(Number.isSafeInteger(id) ? { id } : skipToken, { refetchOnMountOrArgChange: true });
  const providers = useProviders();
  const retry = () => {
    providers.refetch();
    void refetch();
  };
  if (!channel || providers.all.length === 0) return <FormLoading title={t('channelNumber', { id: address })} error={error ?? providers.error} onRetry={retry} />;
  return <EditChannel key={id} channel={channel} />;
}

function EditChannel({ channel }: { channel: Channel }) {
  const { t } = useTranslation('channels');
  const navigate = useNavigate();
  const notify = useNotify();
  const { find } = useProviders();
  const [change] = usePutChannelMutation();
  const [load] = useLazyGetChannelIdQuery();
  // What the form began with: what is read anew meanwhile is another's change, or the channel's own by a failure.
  const [opened] = useState(channel);
  const { id } = opened;
  const defaultValues = useMemo(() => channelValues(opened), [opened]);
  const schema = useChannelSchema(find, false);
  const reload = async () => {
    const current = await load({ id }).unwrap();
    return { version: current.version, values: channelValues(current) };
  };
  const submit = (values: ChannelValues, version: number) => change({ channelChange: { ...channelChange(values, find(Number(values.type))), id, version } }).unwrap();
  const toDetail = () => void navigate(`/panel/channels/${id}`);
  const leave = () => {
    notify.success(t('done.changed', { name: opened.name }));
    toDetail();
  };
  return (
    <Page title={t('form.editTitle', { name: opened.name })} narrow>
      <FormPage
        sticky
        review
        schema={schema}
        defaultValues={defaultValues}
        onSubmit={submit}
        onDone={leave}
        onCancel={toDetail}
        draftKey={`channel:${id}`}
        stale={{ version: opened.version, load: reload }}
      >
        <ChannelFields id={id} />
      </FormPage>
    </Page>
  );
}
