import LockIcon from '@mui/icons-material/LockOutlined';
import Box from '@mui/material/Box';
import Stack from '@mui/material/Stack';
import Tooltip from '@mui/material/Tooltip';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Price } from '../../api/generated';
import { Clipped } from '../../components/Clipped';
import { Copyable } from '../../components/Copyable';
import { useFormat } from '../../components/format/useFormat';
import type { DataColumn } from '../../components/table/columns';
import { EditablePrice } from './EditablePrice';
import { ExtraPrices } from './ExtraPrices';
import { type PriceUnit, usdOf } from './price';
import { useMakers } from './usePriceList';

export function usePriceColumns(unit: PriceUnit): readonly DataColumn<Price>[] {
  const { t } = useTranslation(['prices', 'common']);
  const { nameOf } = useMakers();
  const { number } = useFormat();
  return useMemo(() => {
    const amount = (side: 'input' | 'output'): DataColumn<Price> => ({
      id: side,
      header: t(`columns.${side}.${unit}`),
      cell: (price) => {
        if (side === 'output' && price.type === 'times') return '—';
        return unit === 'usd' ? <EditablePrice price={price} side={side} /> : number(price[side] ?? 0);
      },
      value: (price) => (unit === 'usd' ? Number(usdOf(price)[side]) : price[side]),
      sortable: true,
      align: 'right',
      minWidth: 120,
    });
    return [
      { id: 'model', header: t('model'), cell: (price) => <PricedModel price={price} />, value: (price) => price.model, sortable: true, minWidth: 220, essential: true, card: 'title' },
      { id: 'maker', header: t('maker'), cell: (price) => <Clipped text={nameOf(price)} />, value: nameOf, sortable: true, minWidth: 120 },
      { id: 'type', header: t('type'), cell: (price) => t(`types.${price.type}`), value: (price) => price.type, sortable: true, minWidth: 110 },
      amount('input'),
      amount('output'),
      { id: 'extra', header: t('extras'), cell: (price) => <ExtraPrices price={price} unit={unit} />, value: (price) => JSON.stringify(price.extra_ratios ?? {}), minWidth: 200 },
      { id: 'locked', header: t('locked'), cell: (price) => (price.locked ? t('common:yes') : t('common:no')), value: (price) => price.locked ?? false, sortable: true, hidden: true },
    ];
  }, [t, nameOf, number, unit]);
}

function PricedModel({ price }: { price: Price }) {
  const { t } = useTranslation(['prices', 'common']);
  return (
    <Stack direction="row" sx={{ gap: 0.75, alignItems: 'center', minWidth: 0 }}>
      <Copyable text={price.model} what={t('theModel')} />
      {price.locked && (
        <Tooltip title={t('lockedHelp')}>
          <Box component="span" role="img" aria-label={t('locked')} sx={{ display: 'inline-flex', color: 'text.secondary' }}>
            <LockIcon sx={{ fontSize: 16 }} />
          </Box>
        </Tooltip>
      )}
    </Stack>
  );
}
