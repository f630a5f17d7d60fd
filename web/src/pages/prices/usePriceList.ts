import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Price, useGetOwnedbyQuery, useGetPricesQuery } from '../../api/generated';
import type { FilterField } from '../../components/filters/fields';
import { type ListState, useListState } from '../../components/table/useListState';

/** Who makes models, by the number that prices name. */
export function useMakers() {
  const { data } = useGetOwnedbyQuery();
  return useMemo(() => {
    const all = Object.values(data ?? {}).map(({ id, name }) => ({ value: String(id), label: name ?? String(id) }));
    const nameOf = (price: Price) => all.find((maker) => maker.value === String(price.channel_type))?.label ?? '';
    return { all: all.toSorted((a, b) => a.label.localeCompare(b.label)), nameOf };
  }, [data]);
}

export function usePriceFilters(): readonly FilterField[] {
  const { t } = useTranslation('prices');
  const { all: makers } = useMakers();
  return useMemo(
    () => [
      { id: 'model', label: t('model'), kind: 'text', operators: ['contains'] },
      { id: 'maker', label: t('maker'), kind: 'choice', operators: ['is'], options: makers },
      {
        id: 'type',
        label: t('type'),
        kind: 'choice',
        operators: ['is'],
        single: true,
        options: [
          { value: 'tokens', label: t('types.tokens') },
          { value: 'times', label: t('types.times') },
        ],
      },
      { id: 'locked', label: t('locked'), kind: 'boolean' },
    ],
    [t, makers],
  );
}

function isWanted(price: Price, state: ListState): boolean {
  const makers = state.all('maker');
  const type = state.value('type');
  const locked = state.value('locked');
  return (
    price.model.toLowerCase().includes((state.value('model') ?? '').toLowerCase()) &&
    (makers.length === 0 || makers.includes(String(price.channel_type))) &&
    (type === undefined || price.type === type) &&
    (locked === undefined || String(price.locked ?? false) === locked)
  );
}

/** The prices that the address asks for: the gateway gives all, the rest is done here. */
export function usePriceList(fields: readonly FilterField[]) {
  const state = useListState('prices', { defaultSort: 'model', filters: fields });
  const list = useGetPricesQuery({});
  const rows = useMemo(() => list.data?.filter((price) => isWanted(price, state)), [list.data, state]);
  return { state, list, rows };
}
