import AddIcon from '@mui/icons-material/Add';
import DeleteIcon from '@mui/icons-material/DeleteOutlined';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useCallback } from 'react';
import { useFieldArray, useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { useSite } from '../../app/useSite';
import { useFormat } from '../../components/format/useFormat';
import { DecimalField, SelectField } from '../../forms';
import { useFieldInfo } from '../../forms/formContext';
import { extraKindNames, extraKinds, extraUsd } from './price';
import type { PriceValues } from './priceForm';

/** Kinds of use with a price of their own: each a multiple of the input or output price. */
export function ExtrasField() {
  const { t } = useTranslation('prices');
  const display = useCallback((extras: unknown) => (extras as PriceValues['extras']).map(({ kind, ratio }) => `${t(`kinds.${kind}`)} × ${ratio}`).join(', '), [t]);
  useFieldInfo({ name: 'extras', label: t('extras'), display });
  const { fields, append, remove } = useFieldArray<PriceValues, 'extras'>({ name: 'extras' });
  const type = useWatch<PriceValues, 'type'>({ name: 'type' });
  const used = useWatch<PriceValues, 'extras'>({ name: 'extras' }).map(({ kind }) => kind);
  const possible = type === 'times' ? extraKindNames.filter((kind) => extraKinds[kind] === 'call') : extraKindNames;
  const free = possible.filter((kind) => !used.includes(kind));
  const [next] = free;
  return (
    <Stack component="fieldset" sx={{ border: 0, m: 0, p: 0, gap: 1.5, minWidth: 0 }}>
      <Typography component="legend" variant="h3" sx={{ mb: 1 }}>
        {t('extras')}
      </Typography>
      {fields.map(({ id }, index) => (
        <ExtraRow key={id} index={index} free={free} onRemove={() => remove(index)} />
      ))}
      <div>
        <Button size="small" startIcon={<AddIcon />} disabled={next === undefined} onClick={() => next && append({ kind: next, ratio: '1' })}>
          {t('form.addExtra')}
        </Button>
      </div>
    </Stack>
  );
}

function ExtraRow({ index, free, onRemove }: { index: number; free: readonly (typeof extraKindNames)[number][]; onRemove: () => void }) {
  const { t } = useTranslation('prices');
  const { usd: dollars } = useFormat();
  const { quotaPerUnit } = useSite();
  const usd = useWatch<PriceValues, 'usd'>({ name: 'usd' });
  const { kind, ratio } = useWatch<PriceValues, `extras.${number}`>({ name: `extras.${index}` });
  const amount = extraUsd(kind, ratio, usd, quotaPerUnit);
  const options = [kind, ...free].map((value) => ({ value, label: t(`kinds.${value}`) }));
  return (
    <Stack direction="row" sx={{ gap: 1, alignItems: 'flex-start' }}>
      <Stack direction={{ xs: 'column', sm: 'row' }} sx={{ gap: 1, flexGrow: 1, minWidth: 0 }}>
        <SelectField name={`extras.${index}.kind`} label={t('form.kind')} options={options} />
        <DecimalField name={`extras.${index}.ratio`} label={t(`form.multiplier.${extraKinds[kind]}`)} unit={amount === undefined ? undefined : `= ${dollars(amount)}`} />
      </Stack>
      <IconButton aria-label={t('form.removeExtra', { kind: t(`kinds.${kind}`) })} onClick={onRemove} sx={{ mt: 0.25 }}>
        <DeleteIcon fontSize="small" />
      </IconButton>
    </Stack>
  );
}
