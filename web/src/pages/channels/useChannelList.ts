import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Channel, type GetChannelApiArg, useGetChannelQuery, useGetChannelTagAllQuery, useGetGroupQuery, useLazyGetChannelQuery } from '../../api/generated';
import type { FilterField } from '../../components/filters/fields';
import { type ListState, useListState } from '../../components/table/useListState';
import { channelStatus } from './channel';
import { useProviders } from './useProviders';

/** `filter_tag` that also shows all channels of one tag. */
const alsoTagged = 3;
const largestPage = 100;
/** What the list shows of health and pauses goes stale by itself. */
const refreshMs = 15_000;

export function useChannelFilters(): readonly FilterField[] {
  const { t } = useTranslation('channels');
  const providers = useProviders().all;
  const { data: groups } = useGetGroupQuery();
  const { data: tags } = useGetChannelTagAllQuery();
  return useMemo(() => {
    const one = { operators: ['is'], single: true } as const;
    const same = (value: string) => ({ value, label: value });
    return [
      { id: 'name', label: t('name'), kind: 'text', operators: ['contains'] },
      { id: 'type', label: t('provider'), kind: 'choice', ...one, options: providers.map(({ number, title }) => ({ value: String(number), label: title })) },
      {
        id: 'status',
        label: t('status'),
        kind: 'choice',
        ...one,
        options: [
          { value: String(channelStatus.enabled), label: t('state.enabled') },
          { value: String(channelStatus.disabled), label: t('state.disabled') },
          { value: String(channelStatus.disabledAutomatically), label: t('state.disabledAutomatically') },
        ],
      },
      { id: 'group', label: t('group'), kind: 'choice', ...one, options: (groups ?? []).map(same) },
      { id: 'models', label: t('model'), kind: 'text', operators: ['contains'] },
      { id: 'tag', label: t('tag'), kind: 'choice', ...one, options: (tags ?? []).map(({ tag }) => same(tag)) },
      { id: 'test_model', label: t('testModel'), kind: 'text', operators: ['is'] },
    ];
  }, [t, providers, groups, tags]);
}

function queryOf(state: ListState): GetChannelApiArg {
  const number = (field: string) => (state.value(field) === undefined ? undefined : Number(state.value(field)));
  return {
    filterTag: alsoTagged,
    order: state.sort,
    name: state.value('name'),
    type: number('type'),
    status: number('status'),
    group: state.value('group'),
    models: state.value('models'),
    tag: state.value('tag'),
    testModel: state.value('test_model'),
  };
}

/** The channels that the address asks for. */
export function useChannelList(fields: readonly FilterField[]) {
  const state = useListState('channels', { defaultSort: '-id', filters: fields });
  const query = queryOf(state);
  const list = useGetChannelQuery({ ...query, page: state.page, size: state.size }, { pollingInterval: refreshMs, skipPollingIfUnfocused: true });
  const [load] = useLazyGetChannelQuery();
  /** All that the filters find, also on other pages. */
  const loadMatching = useCallback(async (): Promise<Channel[]> => {
    const found: Channel[] = [];
    for (let page = 1; ; ++page) {
      const { data, total_count: total } = await load({ ...query, page, size: largestPage }).unwrap();
      found.push(...data);
      if (data.length === 0 || found.length >= total) return found;
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `query` is made of `state`
  }, [load, state]);
  return { state, list, loadMatching };
}
