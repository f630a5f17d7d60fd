import Alert from '@mui/material/Alert';
import { useState } from 'react';
import { useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { type Price, useGetPricesQuery, useGetPricesUnpricedQuery } from '../../api/generated';
import { FormDialog, ModelsField } from '../../forms';
import { PriceFields } from './PriceFields';
import { newPriceValues, priceOf, type PriceValues, usePriceSchema } from './priceForm';
import { useDialogPath } from './useDialogPath';
import { usePriceActions } from './usePriceActions';

/** Prices one model or many at once; the address may name them. */
export function NewPrice() {
  const { t } = useTranslation('prices');
  const { close } = useDialogPath();
  const { fill } = usePriceActions();
  const schema = usePriceSchema();
  const [params] = useSearchParams();
  const [defaultValues] = useState(() => newPriceValues(params.getAll('models')));
  const { data: prices = [] } = useGetPricesQuery({});
  const { data: unpriced = [] } = useGetPricesUnpricedQuery();
  return (
    <FormDialog
      title={t('form.newTitle')}
      onClose={close}
      schema={schema}
      defaultValues={defaultValues}
      onSubmit={(values) => fill(values.models, priceOf(values), pricesOf(values.models, prices))}
    >
      <ModelsField name="models" label={t('form.models')} help={t('form.modelsHelp')} suggestions={unpriced.map(({ model }) => model)} />
      <ReplacedPrices prices={prices} />
      <PriceFields />
    </FormDialog>
  );
}

function pricesOf(models: readonly string[], prices: readonly Price[]): Price[] {
  return prices.filter(({ model }) => models.includes(model));
}

function ReplacedPrices({ prices }: { prices: readonly Price[] }) {
  const { t } = useTranslation('prices');
  const models = useWatch<PriceValues, 'models'>({ name: 'models' });
  const replaced = pricesOf(models, prices);
  if (replaced.length === 0) return null;
  return (
    <Alert severity="warning" sx={{ overflowWrap: 'anywhere' }}>
      {t('form.replaces', { count: replaced.length, models: replaced.map(({ model }) => model).join(', ') })}
    </Alert>
  );
}
