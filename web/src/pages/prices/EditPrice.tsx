import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useGetPricesQuery } from '../../api/generated';
import { FormDialog, TextField } from '../../forms';
import { PriceFields } from './PriceFields';
import { priceOf, priceValues, usePriceSchema } from './priceForm';
import { useDialogPath } from './useDialogPath';
import { usePriceActions } from './usePriceActions';

/** Changes the price that the address names. */
export function EditPrice() {
  const { t } = useTranslation('prices');
  const { close } = useDialogPath();
  const { change } = usePriceActions();
  const schema = usePriceSchema();
  const [params] = useSearchParams();
  const { data } = useGetPricesQuery({});
  const price = data?.find(({ model }) => model === params.get('price'));
  if (!price) return null;
  return (
    <FormDialog
      review
      title={t('form.editTitle', { model: price.model })}
      onClose={close}
      schema={schema}
      defaultValues={priceValues(price)}
      onSubmit={(values) => change(price, priceOf(values))}
    >
      <TextField name="models.0" label={t('model')} help={t('form.modelHelp')} required monospace />
      <PriceFields />
    </FormDialog>
  );
}
