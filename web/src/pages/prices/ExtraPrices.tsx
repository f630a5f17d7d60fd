import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { Price } from '../../api/generated';
import { useFormat } from '../../components/format/useFormat';
import { isExtraKind, type PriceUnit } from './price';

/** The kinds of use that have a price of their own. */
export function ExtraPrices({ price, unit }: { price: Price; unit: PriceUnit }) {
  const { t } = useTranslation('prices');
  const { usd, number } = useFormat();
  const ratios = Object.entries(price.extra_ratios ?? {});
  if (ratios.length === 0) return '—';
  const amountOf = (kind: string, ratio: number) => {
    const amount = price.usd?.extra?.[kind];
    return unit === 'usd' && amount !== undefined ? usd(amount) : `×${number(ratio)}`;
  };
  return (
    <Stack component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
      {ratios.map(([kind, ratio]) => (
        <Typography key={kind} component="li" variant="caption" sx={{ whiteSpace: 'nowrap' }}>
          {isExtraKind(kind) ? t(`kinds.${kind}`) : kind} <strong>{amountOf(kind, ratio)}</strong>
        </Typography>
      ))}
    </Stack>
  );
}
