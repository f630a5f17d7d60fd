import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useGetUserGroupQuery } from '../../api/generated';
import type { FilterField } from '../../components/filters/fields';
import { useListState } from '../../components/table/useListState';

export function useGroupFilters(): readonly FilterField[] {
  const { t } = useTranslation('groups');
  return useMemo(
    () => [
      { id: 'name', label: t('name'), kind: 'text', operators: ['contains'] },
      { id: 'enable', label: t('enabled'), kind: 'boolean' },
    ],
    [t],
  );
}

export function useGroupList(fields: readonly FilterField[]) {
  const state = useListState('groups', { defaultSort: 'id', filters: fields });
  const enable = state.value('enable');
  const list = useGetUserGroupQuery({
    page: state.page,
    size: state.size,
    order: state.sort,
    name: state.value('name'),
    enable: enable === undefined ? undefined : enable === 'true',
  });
  return { state, list };
}
