import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Group } from '../../api/generated';
import type { AppliedFilter, FilterField } from '../../components/filters/fields';
import type { CallableModel } from '../../components/models/useModels';

export function useModelFields(models: readonly CallableModel[], groups: Record<string, Group>): FilterField[] {
  const { t } = useTranslation('models');
  return useMemo(() => {
    const owners = [...new Set(models.map((model) => model.owner))].toSorted((a, b) => a.localeCompare(b));
    const symbols = [...new Set(models.flatMap((model) => model.groups))].toSorted((a, b) => a.localeCompare(b));
    return [
      { id: 'name', label: t('model'), kind: 'text', operators: ['contains'] },
      { id: 'owner', label: t('owner'), kind: 'choice', operators: ['is', 'not'], options: owners.map((owner) => ({ value: owner, label: owner })) },
      { id: 'group', label: t('group'), kind: 'choice', operators: ['is'], options: symbols.map((symbol) => ({ value: symbol, label: groups[symbol]?.name ?? symbol })) },
      { id: 'kind', label: t('kind'), kind: 'choice', operators: ['is'], options: [{ value: 'tokens', label: t('perTokens') }, { value: 'times', label: t('perCall') }] },
    ];
  }, [models, groups, t]);
}

export function matchesFilters(model: CallableModel, filters: readonly AppliedFilter[]): boolean {
  return filters.every((filter) => matches(model, filter));
}

function matches(model: CallableModel, { field, operator, values }: AppliedFilter): boolean {
  if (field === 'name') return values.every((value) => textOf(model).includes(value.toLowerCase()));
  const found = valuesOf(model, field).some((value) => values.includes(value));
  return operator === 'not' ? !found : found;
}

function textOf({ name, info }: CallableModel): string {
  return `${name} ${info?.name ?? ''} ${info?.description ?? ''}`.toLowerCase();
}

function valuesOf(model: CallableModel, field: string): readonly string[] {
  if (field === 'owner') return [model.owner];
  return field === 'group' ? model.groups : [model.price.type];
}
