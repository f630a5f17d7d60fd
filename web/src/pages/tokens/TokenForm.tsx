import { skipToken } from '@reduxjs/toolkit/query';
import { useMemo } from 'react';
import { useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { type Token, useGetTokenIdQuery, useGetUserGroupMapQuery, useLazyGetTokenIdQuery, usePostTokenMutation, usePutTokenMutation } from '../../api/generated';
import { LoadFailureDialog } from '../../components/feedback/LoadFailureDialog';
import { useNotify } from '../../components/feedback/useNotify';
import { useFormat } from '../../components/format/useFormat';
import { useModels } from '../../components/models/useModels';
import { useListPaths } from '../../components/table/useListPaths';
import { DateTimeField, FormDialog, ModelsField, MoneyField, NumberField, SelectField, SwitchField, TextField } from '../../forms';
import { nameOf, tokensPath } from './token';
import { changeOf, newToken, type TokenValues, useTokenSchema, valuesOf } from './tokenForm';

export function NewToken({ onMade }: { onMade: (token: Token) => void }) {
  const { t } = useTranslation('tokens');
  const { close } = useListPaths(tokensPath);
  const [add] = usePostTokenMutation();
  const make = async (values: TokenValues) => onMade(await add({ tokenChange: changeOf(values) }).unwrap());
  return (
    <FormDialog title={t('form.newTitle')} onClose={close} schema={useTokenSchema()} defaultValues={newToken} onSubmit={make} draftKey="token:new" submitLabel={t('create')}>
      <TokenFields />
    </FormDialog>
  );
}

export function EditToken() {
  const id = Number(useParams().id);
  const { close } = useListPaths(tokensPath);
  const { currentData: token, error, refetch } = useGetTokenIdQuery(Number.isSafeInteger(id) ? { id } : skipToken, { refetchOnMountOrArgChange: true });
  if (token) return <EditLoaded token={token} />;
  return error === undefined ? null : <LoadFailureDialog error={error} onRetry={() => void refetch()} onClose={close} />;
}

function EditLoaded({ token }: { token: Token }) {
  const { t } = useTranslation('tokens');
  const notify = useNotify();
  const { close } = useListPaths(tokensPath);
  const [change] = usePutTokenMutation();
  const [load] = useLazyGetTokenIdQuery();
  const { id } = token;
  const reload = async () => {
    const current = await load({ id }).unwrap();
    return { version: current.version, values: valuesOf(current) };
  };
  // With what was used as it was shown, an amount that was not touched stays, whatever was spent meanwhile.
  const save = (values: TokenValues, version: number) => change({ tokenChange: { ...changeOf(values), id, version, used_quota: token.used_quota } }).unwrap();
  return (
    <FormDialog
      title={t('form.editTitle', { name: nameOf(token) })}
      onClose={close}
      schema={useTokenSchema()}
      defaultValues={valuesOf(token)}
      onSubmit={save}
      onDone={() => notify.success(t('done.changed', { name: nameOf(token) }))}
      stale={{ version: token.version, load: reload }}
    >
      <TokenFields />
    </FormDialog>
  );
}

function TokenFields() {
  const { t } = useTranslation('tokens');
  const unlimited = useWatch<TokenValues, 'unlimited_quota'>({ name: 'unlimited_quota' });
  const setting = useWatch<TokenValues, 'setting'>({ name: 'setting' });
  const groups = useGroupOptions();
  const { models } = useModels();
  const suggestions = useMemo(() => (models ?? []).map(({ name }) => name), [models]);
  return (
    <>
      <TextField name="name" label={t('name')} help={t('form.nameHelp')} required autoFocus />
      <DateTimeField name="expired_time" label={t('expires')} canBeNever />
      <SwitchField name="unlimited_quota" label={t('form.unlimited')} help={t('form.unlimitedHelp')} />
      {!unlimited && <MoneyField name="remain_quota" label={t('form.quota')} help={t('form.quotaHelp')} />}
      <SelectField name="group" label={t('group')} help={t('form.groupHelp')} options={[{ value: '', label: t('form.ownGroup') }, ...groups]} />
      <SelectField name="backup_group" label={t('form.fallback')} help={t('form.fallbackHelp')} options={[{ value: '', label: t('form.noFallback') }, ...groups]} />
      <SwitchField name="setting.limits.limit_model_setting.enabled" label={t('form.modelsLimited')} help={t('form.modelsLimitedHelp')} />
      {setting.limits.limit_model_setting.enabled && <ModelsField name="setting.limits.limit_model_setting.models" label={t('form.models')} suggestions={suggestions} />}
      <SwitchField name="setting.limits.limits_ip_setting.enabled" label={t('form.addressesLimited')} help={t('form.addressesLimitedHelp')} />
      {setting.limits.limits_ip_setting.enabled && (
        <TextField name="setting.limits.limits_ip_setting.whitelist" label={t('form.addresses')} help={t('form.addressesHelp')} multiline monospace />
      )}
      <SwitchField name="setting.heartbeat.enabled" label={t('form.heartbeat')} help={t('form.heartbeatHelp')} />
      {setting.heartbeat.enabled && <NumberField name="setting.heartbeat.timeout_seconds" label={t('form.heartbeatS')} unit={t('form.seconds')} />}
    </>
  );
}

function useGroupOptions() {
  const { t } = useTranslation('tokens');
  const { number } = useFormat();
  const { data } = useGetUserGroupMapQuery();
  return useMemo(
    () => Object.entries(data ?? {}).map(([symbol, { name = '', ratio = 1 }]) => ({ value: symbol, label: t('groupWithRatio', { group: name === '' ? symbol : name, ratio: number(ratio) }) })),
    [data, t, number],
  );
}
