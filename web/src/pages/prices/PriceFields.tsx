import Box from '@mui/material/Box';
import { useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { DecimalField, SelectField, SwitchField } from '../../forms';
import { ExtrasField } from './ExtrasField';
import type { PriceValues } from './priceForm';
import { useMakers } from './usePriceList';

/** Everything of a price but the models it is for. */
export function PriceFields() {
  const { t } = useTranslation('prices');
  const { all: makers } = useMakers();
  const type = useWatch<PriceValues, 'type'>({ name: 'type' });
  const perCall = type === 'times';
  const unit = perCall ? t('perCall') : t('perMillion');
  return (
    <>
      <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: 'minmax(0, 1fr)', sm: 'repeat(2, minmax(0, 1fr))' } }}>
        <SelectField
          name="type"
          label={t('type')}
          options={[
            { value: 'tokens', label: t('types.tokens') },
            { value: 'times', label: t('types.times') },
          ]}
        />
        <SelectField name="maker" label={t('maker')} options={[{ value: '', label: t('form.noMaker') }, ...makers]} />
        <DecimalField name="usd.input" label={perCall ? t('form.call') : t('form.input')} unit={unit} required />
        {!perCall && <DecimalField name="usd.output" label={t('form.output')} unit={unit} required />}
      </Box>
      <ExtrasField />
      <SwitchField name="locked" label={t('locked')} help={t('lockedHelp')} />
    </>
  );
}
