import { useTranslation } from 'react-i18next';
import { skipToken } from '@reduxjs/toolkit/query';
import { useWatch } from 'react-hook-form';
import { useParams } from 'react-router';
import { z } from 'zod';
import { type Group, useGetGroupQuery, useGetUserGroupIdQuery, useLazyGetUserGroupIdQuery, usePostUserGroupMutation, usePutUserGroupMutation } from '../../api/generated';
import { useNotify } from '../../components/feedback/useNotify';
import { FormDialog, NumberField, SelectField, SwitchField, TextField } from '../../forms';
import { useGroupPaths } from './useGroupPaths';

const newGroup = { symbol: '', name: '', ratio: 1, api_rate: 300, public: false, fallback: '', promotion: false, min: 0, max: 0 };

type GroupValues = typeof newGroup;

function useGroupSchema() {
  const { t } = useTranslation('groups');
  return z
    .object({
      symbol: z.string().trim().min(1, t('form.symbolMissing')).regex(/^[^,\n\r\t]*$/, t('form.symbolWrong')),
      name: z.string().trim(),
      ratio: z.number().min(0),
      api_rate: z.number().int().min(0),
      public: z.boolean(),
      fallback: z.string(),
      promotion: z.boolean(),
      min: z.number().int().min(0),
      max: z.number().int().min(0),
    })
    .refine(({ promotion, min, max }) => !promotion || max > min, { path: ['max'], message: t('form.rangeWrong') });
}

function valuesOf(group: Group): GroupValues {
  const { symbol, name, ratio, api_rate, public: isPublic, fallback, promotion, min, max } = { ...newGroup, ...group };
  return { symbol, name, ratio, api_rate, public: isPublic, fallback, promotion, min, max };
}

export function NewGroup() {
  const { t } = useTranslation('groups');
  const { close } = useGroupPaths();
  const notify = useNotify();
  const [add] = usePostUserGroupMutation();
  return (
    <FormDialog
      title={t('form.newTitle')}
      onClose={close}
      schema={useGroupSchema()}
      defaultValues={newGroup}
      onSubmit={(group) => add({ group }).unwrap()}
      onDone={() => notify.success(t('done.added'))}
      draftKey="group:new"
    >
      <TextField name="symbol" label={t('symbol')} help={t('form.symbolHelp')} required />
      <GroupFields />
    </FormDialog>
  );
}

export function EditGroup() {
  const { t } = useTranslation('groups');
  const id = Number(useParams().id);
  const { close } = useGroupPaths();
  const notify = useNotify();
  const schema = useGroupSchema();
  const [change] = usePutUserGroupMutation();
  const [load] = useLazyGetUserGroupIdQuery();
  const { currentData: group } = useGetUserGroupIdQuery(Number.isSafeInteger(id) ? { id } : skipToken, { refetchOnMountOrArgChange: true });
  if (!group) return null;
  const reload = async () => {
    const current = await load({ id }).unwrap();
    return { version: current.version ?? 0, values: valuesOf(current) };
  };
  return (
    <FormDialog
      title={t('form.editTitle', { symbol: group.symbol })}
      onClose={close}
      schema={schema}
      defaultValues={valuesOf(group)}
      onSubmit={(values, version) => change({ group: { ...values, id, version } }).unwrap()}
      onDone={() => notify.success(t('done.changed'))}
      stale={{ version: group.version ?? 0, load: reload }}
    >
      <GroupFields symbol={group.symbol} />
    </FormDialog>
  );
}

function GroupFields({ symbol }: { symbol?: string }) {
  const { t } = useTranslation('groups');
  const { data: symbols = [] } = useGetGroupQuery();
  const promoted = useWatch<GroupValues, 'promotion'>({ name: 'promotion' });
  const others = symbols.filter((other) => other !== symbol).map((other) => ({ value: other, label: other }));
  return (
    <>
      <TextField name="name" label={t('name')} help={t('form.nameHelp')} />
      <NumberField name="ratio" label={t('ratio')} help={t('form.ratioHelp')} />
      <NumberField name="api_rate" label={t('rate')} help={t('form.rateHelp')} />
      <SwitchField name="public" label={t('public')} help={t('form.publicHelp')} />
      <SelectField name="fallback" label={t('fallback')} help={t('form.fallbackHelp')} options={[{ value: '', label: t('form.noFallback') }, ...others]} />
      <SwitchField name="promotion" label={t('promotion')} help={t('form.promotionHelp')} />
      {promoted && (
        <>
          <NumberField name="min" label={t('form.min')} unit="$" />
          <NumberField name="max" label={t('form.max')} unit="$" />
        </>
      )}
    </>
  );
}
