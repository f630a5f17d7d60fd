import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import type { Price } from '../../api/generated';
import { compareDecimals, isDecimal, normalDecimal } from '../../components/format/decimal';
import { extraKindNames, isExtraKind, usdOf } from './price';

export function usePriceSchema() {
  const { t } = useTranslation('prices');
  const amount = z.string().trim().refine(isAmount, t('form.notAmount'));
  return z.object({
    models: z.array(z.string().trim().min(1, t('form.noModel'))).min(1, t('form.noModel')),
    type: z.enum(['tokens', 'times']),
    maker: z.string(),
    usd: z.object({ input: amount, output: amount }),
    extras: z.array(z.object({ kind: z.enum(extraKindNames), ratio: amount })),
    locked: z.boolean(),
  });
}

export type PriceValues = z.infer<ReturnType<typeof usePriceSchema>>;

function isAmount(text: string): boolean {
  return isDecimal(text) && compareDecimals(text, '0') >= 0;
}

export function newPriceValues(models: string[]): PriceValues {
  return { models, type: 'tokens', maker: '', usd: { input: '', output: '' }, extras: [], locked: false };
}

export function priceValues(price: Price): PriceValues {
  const extras = Object.entries(price.extra_ratios ?? {}).flatMap(([kind, ratio]) => (isExtraKind(kind) ? [{ kind, ratio: String(ratio) }] : []));
  return {
    models: [price.model],
    type: price.type,
    maker: price.channel_type ? String(price.channel_type) : '',
    usd: usdOf(price),
    extras,
    locked: price.locked ?? false,
  };
}

/** One price for all the models; it names the first. */
export function priceOf({ models, type, maker, usd, extras, locked }: PriceValues): Price {
  return {
    model: models[0] ?? '',
    type,
    channel_type: Number(maker),
    usd: { input: normalDecimal(usd.input), output: type === 'times' ? '0' : normalDecimal(usd.output) },
    extra_ratios: Object.fromEntries(extras.map(({ kind, ratio }) => [kind, Number(ratio)])),
    locked,
  };
}
