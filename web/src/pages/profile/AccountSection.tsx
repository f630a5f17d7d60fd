import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { usePutUserSelfMutation } from '../../api/generated';
import { useAccount } from '../../auth/useAccount';
import { Facts } from '../../components/Facts';
import { useNotify } from '../../components/feedback/useNotify';
import { Quota } from '../../components/format/Quota';
import { Time } from '../../components/format/Time';
import { useFormat } from '../../components/format/useFormat';
import { Section } from '../../components/Section';
import { FormPage, requiredText, TextField } from '../../forms';

const longestName = 20;

export function AccountSection() {
  const { t } = useTranslation('profile');
  const format = useFormat();
  const account = useAccount();
  const [change] = usePutUserSelfMutation();
  const notify = useNotify();
  return (
    <Section title={t('account')}>
      <Facts
        facts={[
          { label: t('username'), value: account.username },
          { label: t('group'), value: account.group },
          { label: t('balance'), value: <Quota value={account.quota} /> },
          { label: t('used'), value: <Quota value={account.used_quota} /> },
          { label: t('requests'), value: format.number(account.request_count) },
          !!account.email && { label: t('email'), value: account.email },
          { label: t('since'), value: <Time at={account.created_time ?? 0} absolute /> },
        ]}
      />
      <FormPage
        key={account.display_name}
        schema={z.object({ display_name: requiredText(longestName) })}
        defaultValues={{ display_name: account.display_name }}
        onSubmit={(values) => change({ userChange: values }).unwrap()}
        onDone={() => notify.success(t('nameSaved'))}
      >
        <TextField name="display_name" label={t('displayName')} help={t('displayNameHelp')} required />
      </FormPage>
    </Section>
  );
}
