import ButtonBase from '@mui/material/ButtonBase';
import InputAdornment from '@mui/material/InputAdornment';
import TextField from '@mui/material/TextField';
import { type KeyboardEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '../../api/problem';
import type { Price } from '../../api/generated';
import { useCan } from '../../auth/useAccount';
import { useProblemText } from '../../components/feedback/problemText';
import { compareDecimals, isDecimal, normalDecimal } from '../../components/format/decimal';
import { Money } from '../../components/format/Money';
import { type UsdPrice, usdOf, withUsd } from './price';
import { usePriceActions } from './usePriceActions';

interface EditablePriceProps {
  price: Price;
  side: keyof UsdPrice;
}

/** An amount in the table. Choosing it makes a field of it: Enter or leaving it saves, Escape does not. */
export function EditablePrice({ price, side }: EditablePriceProps) {
  const { t } = useTranslation('prices');
  const can = useCan();
  const [editing, setEditing] = useState(false);
  const amount = usdOf(price)[side];
  const shown = amount === '' ? '—' : <Money usd={amount} />;
  if (!can('prices.write')) return shown;
  if (editing) return <AmountField price={price} side={side} onClose={() => setEditing(false)} />;
  return (
    <ButtonBase
      aria-label={t(`editAmount.${side}`, { model: price.model })}
      onClick={(event) => {
        event.stopPropagation();
        setEditing(true);
      }}
      sx={{ px: 0.75, py: 0.25, mr: -0.75, borderRadius: 1, font: 'inherit', borderBottom: '1px dashed', borderColor: 'divider', '&:hover, &:focus-visible': { bgcolor: 'action.hover' } }}
    >
      {shown}
    </ButtonBase>
  );
}

function AmountField({ price, side, onClose }: EditablePriceProps & { onClose: () => void }) {
  const { t } = useTranslation('prices');
  const { change } = usePriceActions();
  const problemText = useProblemText();
  const before = usdOf(price)[side];
  const [text, setText] = useState(before);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const settled = useRef(false);

  const close = () => {
    settled.current = true;
    onClose();
  };
  const save = async () => {
    if (busy || settled.current) return;
    if (!isDecimal(text) || compareDecimals(text, '0') < 0) {
      setError(t('form.notAmount'));
      return;
    }
    if (before !== '' && compareDecimals(text, before) === 0) {
      close();
      return;
    }
    setBusy(true);
    try {
      await change(price, withUsd(price, side, normalDecimal(text)));
      close();
    } catch (failure) {
      setError(problemText(toProblem(failure)));
      setBusy(false);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === 'Enter') void save();
    if (event.key === 'Escape') close();
  };

  return (
    <TextField
      autoFocus
      value={text}
      disabled={busy}
      error={error !== ''}
      helperText={error}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={onKeyDown}
      onBlur={() => void save()}
      onClick={(event) => event.stopPropagation()}
      onFocus={(event) => event.target.select()}
      slotProps={{
        htmlInput: { inputMode: 'decimal', 'aria-label': t(`editAmount.${side}`, { model: price.model }), style: { textAlign: 'right' } },
        input: { startAdornment: <InputAdornment position="start">$</InputAdornment> },
      }}
      sx={{ width: 150 }}
    />
  );
}
