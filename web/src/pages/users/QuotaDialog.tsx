import Box from '@mui/material/Box';
import { useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { type User, usePostUserQuotaIdMutation } from '../../api/generated';
import { useNotify } from '../../components/feedback/useNotify';
import { useFormat } from '../../components/format/useFormat';
import { FormDialog, MoneyField, TextField } from '../../forms';

const mostRemark = 250;

interface QuotaValues {
  quota: number | null;
  remark: string;
}

/** Adds to a balance or takes from it, showing what that makes. */
export function QuotaDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation('users');
  const format = useFormat();
  const notify = useNotify();
  const [change] = usePostUserQuotaIdMutation();
  const schema = z.object({
    quota: z.number({ error: t('quota.missing') }).int().refine((amount) => amount !== 0, t('quota.missing')),
    remark: z.string().trim().max(mostRemark),
  });
  const initial: QuotaValues = { quota: null, remark: '' };
  const save = async ({ quota, remark }: z.output<typeof schema>) => {
    await change({ id: user.id, body: { quota, remark } }).unwrap();
    notify.success(t('done.quota', { name: user.username, amount: format.quota(quota) }));
  };
  return (
    <FormDialog title={t('quota.title', { name: user.username })} maxWidth="xs" onClose={onClose} schema={schema} defaultValues={initial} onSubmit={save} submitLabel={t('quota.submit')}>
      <MoneyField name="quota" label={t('quota.amount')} help={t('quota.amountHelp')} required />
      <Result balance={user.quota} />
      <TextField name="remark" label={t('quota.remark')} help={t('quota.remarkHelp')} />
    </FormDialog>
  );
}

/** Old balance, change, new balance. */
function Result({ balance }: { balance: number }) {
  const { t } = useTranslation('users');
  const format = useFormat();
  const amount = useWatch<QuotaValues, 'quota'>({ name: 'quota' });
  const change = amount !== null && Number.isSafeInteger(amount) ? amount : 0;
  const rows = [
    { id: 'old', label: t('quota.old'), value: format.quota(balance) },
    { id: 'change', label: t('quota.change'), value: `${change < 0 ? '−' : '+'} ${format.quota(Math.abs(change))}` },
    { id: 'new', label: t('quota.new'), value: format.quota(balance + change) },
  ];
  return (
    <Box
      component="dl"
      aria-live="polite"
      sx={{ display: 'grid', gridTemplateColumns: '1fr auto', rowGap: 0.5, m: 0, p: 1.5, bgcolor: 'action.hover', borderRadius: 1, fontVariantNumeric: 'tabular-nums', '& > :nth-last-of-type(1)': { fontWeight: 650 } }}
    >
      {rows.map(({ id, label, value }) => (
        <Box key={id} sx={{ display: 'contents' }}>
          <dt>{label}</dt>
          <Box component="dd" sx={{ m: 0, textAlign: 'right', fontWeight: id === 'new' ? 650 : undefined }}>
            {value}
          </Box>
        </Box>
      ))}
    </Box>
  );
}
