import InputAdornment from '@mui/material/InputAdornment';
import MuiTextField from '@mui/material/TextField';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import { type ComponentProps, type ReactNode, useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSite } from '../../app/useSite';
import { quotaToUsd, usdToQuota } from '../../components/format/decimal';
import { useFormat } from '../../components/format/useFormat';
import { type FieldProps, numberOf, useField } from './useField';
import { useNumberText } from './useNumberText';

type Unit = 'usd' | 'quota';

/** An amount of quota, a whole number in the form; typed in dollars or quota, and shown in the other below. */
export function MoneyField(props: FieldProps) {
  const { t } = useTranslation('forms');
  const { quotaPerUnit, showsCurrency } = useSite();
  const format = useFormat();
  const display = useCallback((value: unknown) => format.quota(Number(value)), [format]);
  const field = useField(props, { display });
  const [unit, setUnit] = useState<Unit>(showsCurrency ? 'usd' : 'quota');
  const { label, required, disabled } = props;
  const quota = numberOf(field.value);
  const inOther = quota === null || Number.isNaN(quota) ? undefined : otherUnit(unit, quota);

  function otherUnit(shown: Unit, amount: number): string {
    return shown === 'usd' ? t('inQuota', { quota: format.number(amount) }) : t('inUsd', { usd: format.usd(quotaToUsd(amount, quotaPerUnit)) });
  }

  return (
    <AmountInput
      key={unit}
      quota={quota}
      onChange={field.setValue}
      toText={(amount) => (unit === 'usd' ? quotaToUsd(amount, quotaPerUnit) : String(amount))}
      toQuota={(text) => (unit === 'usd' ? (usdToQuota(text, quotaPerUnit) ?? Number.NaN) : Number(text))}
      input={{ label, required, disabled, error: field.error, helperText: field.error ? field.helperText : (inOther ?? field.helperText), onBlur: field.onBlur, inputRef: field.ref }}
      unitChoice={
        <ToggleButtonGroup exclusive size="small" value={unit} onChange={(_event, chosen: Unit | null) => setUnit(chosen ?? unit)} aria-label={t('unitOf', { field: label })}>
          <ToggleButton value="usd" sx={{ py: 0.25 }} aria-label={t('usd')}>
            {'$'}
          </ToggleButton>
          <ToggleButton value="quota" sx={{ py: 0.25 }}>
            {t('quota')}
          </ToggleButton>
        </ToggleButtonGroup>
      }
    />
  );
}

interface AmountInputProps {
  quota: number | null;
  onChange: (quota: number | null) => void;
  toText: (quota: number) => string;
  toQuota: (text: string) => number;
  input: Pick<ComponentProps<typeof MuiTextField>, 'label' | 'required' | 'disabled' | 'error' | 'helperText' | 'onBlur' | 'inputRef'>;
  unitChoice: ReactNode;
}

/** Made anew for each unit, so that the text is that of the unit. */
function AmountInput({ quota, onChange, toText, toQuota, input, unitChoice }: AmountInputProps) {
  const { text, change } = useNumberText(quota, onChange, toText, toQuota);
  return (
    <MuiTextField
      {...input}
      value={text}
      onChange={(event) => change(event.target.value)}
      autoComplete="off"
      slotProps={{ htmlInput: { inputMode: 'decimal', maxLength: 30 }, input: { endAdornment: <InputAdornment position="end">{unitChoice}</InputAdornment> } }}
    />
  );
}
