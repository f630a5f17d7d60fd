import { skipToken } from '@reduxjs/toolkit/query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { z } from 'zod';
import { type User, useGetGroupQuery, useGetUserIdQuery, useLazyGetUserIdQuery, usePostUserMutation, usePutUserMutation } from '../../api/generated';
import { LoadFailureDialog } from '../../components/feedback/LoadFailureDialog';
import { useNotify } from '../../components/feedback/useNotify';
import { useListPaths } from '../../components/table/useListPaths';
import { FormDialog, SecretField, SelectField, TextField } from '../../forms';
import { usersPath } from './user';

const most = { username: 12, displayName: 20, email: 50, passwordBytes: 72 };
const leastPassword = 8;

/** Named as the gateway names its members, so that what it refuses finds its field. */
interface UserValues {
  username: string;
  display_name: string;
  email: string;
  password: string;
}

const newUser: UserValues = { username: '', display_name: '', email: '', password: '' };

function useFieldSchemas() {
  const { t } = useTranslation('users');
  return useMemo(() => {
    const fits = (password: string) => charactersOf(password) >= leastPassword && new TextEncoder().encode(password).length <= most.passwordBytes;
    const passwordRule = t('form.passwordRule', { least: leastPassword, most: most.passwordBytes });
    const atMost = (count: number) => z.string().trim().refine((text) => charactersOf(text) <= count, t('form.tooLong', { count }));
    return {
      username: atMost(most.username).refine((name) => name !== '', t('form.usernameMissing')),
      display_name: atMost(most.displayName),
      email: atMost(most.email).refine((email) => email === '' || email.includes('@'), t('form.emailWrong')),
      password: z.string().refine(fits, passwordRule),
      newPassword: z.string().refine((password) => password === '' || fits(password), passwordRule),
    };
  }, [t]);
}

/** As the gateway counts them. */
function charactersOf(text: string): number {
  return Array.from(text).length;
}

export function NewUser() {
  const { t } = useTranslation('users');
  const notify = useNotify();
  const { close } = useListPaths(usersPath);
  const { username, display_name, email, password } = useFieldSchemas();
  const [add] = usePostUserMutation();
  const make = async (values: UserValues) => {
    await add({ userChange: values }).unwrap();
    notify.success(t('done.added', { name: values.username }));
  };
  return (
    <FormDialog
      title={t('form.newTitle')}
      onClose={close}
      schema={z.object({ username, display_name, email, password })}
      defaultValues={newUser}
      onSubmit={make}
      draftKey="user:new"
      submitLabel={t('form.create')}
    >
      <TextField name="username" label={t('username')} help={t('form.usernameHelp', { count: most.username })} required autoFocus />
      <TextField name="display_name" label={t('displayName')} />
      <TextField name="email" label={t('email')} />
      <SecretField name="password" label={t('form.password')} help={t('form.passwordHelp')} isSet={false} required />
    </FormDialog>
  );
}

export function EditUser() {
  const id = Number(useParams().id);
  const { close } = useListPaths(usersPath);
  const { currentData: user, error, refetch } = useGetUserIdQuery(Number.isSafeInteger(id) ? { id } : skipToken, { refetchOnMountOrArgChange: true });
  if (user) return <EditLoaded user={user} />;
  return error === undefined ? null : <LoadFailureDialog error={error} onRetry={() => void refetch()} onClose={close} />;
}

function valuesOf({ username, display_name, email = '', group }: User) {
  return { username, display_name, email, group, password: '' };
}

function EditLoaded({ user }: { user: User }) {
  const { t } = useTranslation('users');
  const notify = useNotify();
  const { close } = useListPaths(usersPath);
  const { username, display_name, email, newPassword } = useFieldSchemas();
  const { data: groups = [] } = useGetGroupQuery();
  const [change] = usePutUserMutation();
  const [load] = useLazyGetUserIdQuery();
  const { id, version = 0 } = user;
  const reload = async () => {
    const current = await load({ id }).unwrap();
    return { version: current.version ?? 0, values: valuesOf(current) };
  };
  const save = (values: ReturnType<typeof valuesOf>, ofVersion: number) =>
    change({ userChange: { ...values, id, version: ofVersion } }).unwrap();
  const symbols = [...new Set([user.group, ...groups])];
  return (
    <FormDialog
      title={t('form.editTitle', { name: user.username })}
      onClose={close}
      schema={z.object({ username, display_name, email, group: z.string(), password: newPassword })}
      defaultValues={valuesOf(user)}
      onSubmit={save}
      onDone={() => notify.success(t('done.changed', { name: user.username }))}
      stale={{ version, load: reload }}
    >
      <TextField name="username" label={t('username')} help={t('form.usernameHelp', { count: most.username })} required />
      <TextField name="display_name" label={t('displayName')} />
      <TextField name="email" label={t('email')} />
      <SelectField name="group" label={t('group')} help={t('form.groupHelp')} options={symbols.map((symbol) => ({ value: symbol, label: symbol }))} />
      <SecretField name="password" label={t('form.password')} help={t('form.newPasswordHelp')} isSet />
    </FormDialog>
  );
}
