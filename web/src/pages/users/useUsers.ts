import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type GetUserApiArg, useGetGroupQuery, useGetUserQuery, useLazyGetUserQuery } from '../../api/generated';
import { loadPages } from '../../api/loadPages';
import { useCan } from '../../auth/useAccount';
import type { FilterField } from '../../components/filters/fields';
import { type ListState, useListState } from '../../components/table/useListState';
import { roleNames, roleNumbers, userStatus } from './user';

/** What the gateway can narrow the list of users by. */
export function useUserFilters(): readonly FilterField[] {
  const { t } = useTranslation('users');
  const { data: groups } = useGetGroupQuery(undefined, { skip: !useCan()('groups.read') });
  return useMemo(() => {
    const one = { kind: 'choice', operators: ['is'], single: true } as const;
    return [
      { id: 'keyword', label: t('keyword'), kind: 'text', operators: ['contains'] },
      { id: 'group', label: t('group'), ...one, options: (groups ?? []).map((group) => ({ value: group, label: group })) },
      {
        id: 'status',
        label: t('status'),
        ...one,
        options: [
          { value: String(userStatus.enabled), label: t('state.enabled') },
          { value: String(userStatus.disabled), label: t('state.disabled') },
        ],
      },
      { id: 'role', label: t('role'), ...one, options: roleNames.map((role) => ({ value: String(roleNumbers[role]), label: t(`roles.${role}`) })) },
    ];
  }, [t, groups]);
}

function queryOf(state: ListState): GetUserApiArg {
  const number = (field: string) => (state.value(field) === undefined ? undefined : Number(state.value(field)));
  return { keyword: state.value('keyword'), group: state.value('group'), status: number('status'), role: number('role'), order: state.sort };
}

/** The users that the address asks for. */
export function useUsers(fields: readonly FilterField[]) {
  const state = useListState('users', { defaultSort: '-id', filters: fields });
  const list = useGetUserQuery({ ...queryOf(state), page: state.page, size: state.size });
  const [load] = useLazyGetUserQuery();
  /** All that the filters find, also on other pages. */
  const loadMatching = useCallback(() => loadPages((page, size) => load({ ...queryOf(state), page, size }).unwrap()), [load, state]);
  return { state, list, loadMatching };
}
