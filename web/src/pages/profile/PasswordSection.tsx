import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { usePutUserSelfMutation } from '../../api/generated';
import { useNotify } from '../../components/feedback/useNotify';
import { Section } from '../../components/Section';
import { FormPage, NewPasswordField } from '../../forms';

const shortest = 8;
const mostBytes = 72;

export function PasswordSection() {
  const { t } = useTranslation('profile');
  const [change] = usePutUserSelfMutation();
  const notify = useNotify();
  const [changes, setChanges] = useState(0);
  const schema = z
    .object({
      password: z
        .string()
        .min(shortest)
        .refine((text) => new TextEncoder().encode(text).length <= mostBytes, { error: t('passwordTooLong') }),
      again: z.string(),
    })
    .refine(({ password, again }) => password === again, { error: t('passwordsDiffer'), path: ['again'] });
  const done = () => {
    setChanges(changes + 1);
    notify.success(t('passwordChanged'));
  };
  return (
    <Section title={t('password')}>
      <FormPage
        key={changes}
        schema={schema}
        defaultValues={{ password: '', again: '' }}
        onSubmit={({ password }) => change({ userChange: { password } }).unwrap()}
        onDone={done}
        submitLabel={t('changePassword')}
      >
        <NewPasswordField name="password" label={t('newPassword')} help={t('passwordHelp')} required />
        <NewPasswordField name="again" label={t('passwordAgain')} required />
      </FormPage>
    </Section>
  );
}
