import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { GetLogApiArg, GetLogSelfApiArg } from '../../api/generated';
import { useCan } from '../../auth/useAccount';
import type { FilterField } from '../../components/filters/fields';
import { usdToQuota } from '../../components/format/decimal';
import type { ListState } from '../../components/table/useListState';
import { logTypeNumber, logTypes } from './logTypes';

export type RequestFilter =
  | 'model' | 'status' | 'token' | 'token_id' | 'group' | 'stream' | 'latency' | 'cost' | 'request_id' | 'type'
  | 'user' | 'user_id' | 'channel' | 'ip';

/** What the gateway can narrow the log by: more for those who see everybody's. */
export function useRequestFilters(): readonly FilterField[] {
  const { t } = useTranslation('requests');
  const seesAll = useCan()('requests.all');
  return useMemo(() => {
    const text = (id: RequestFilter): FilterField => ({ id, label: t(`filters.${id}`), kind: 'text', operators: ['is'] });
    const number = (id: RequestFilter): FilterField => ({ id, label: t(`filters.${id}`), kind: 'number', operators: ['is'] });
    const atLeast = (id: RequestFilter, unit: string): FilterField => ({ id, label: t(`filters.${id}`), kind: 'number', operators: ['above'], unit });
    const own: FilterField[] = [
      text('model'),
      { id: 'status', label: t('filters.status'), kind: 'choice', single: true, operators: ['is'], options: [{ value: 'ok', label: t('status.ok') }, { value: 'error', label: t('status.error') }] },
      text('token'),
      number('token_id'),
      text('group'),
      { id: 'stream', label: t('filters.stream'), kind: 'boolean' },
      atLeast('latency', t('units.milliseconds')),
      atLeast('cost', t('units.dollars')),
      text('request_id'),
      { id: 'type', label: t('filters.type'), kind: 'choice', single: true, operators: ['is'], options: logTypes.map((type) => ({ value: String(logTypeNumber(type)), label: t(`types.${type}`) })) },
    ];
    return seesAll ? [text('user'), number('user_id'), number('channel'), ...own, text('ip')] : own;
  }, [t, seesAll]);
}

/** The filters as the gateway's conditions; those of operators only say something to operators. */
export function ownConditions(state: ListState, quotaPerUnit: number): GetLogSelfApiArg {
  const stream = state.value('stream');
  return {
    modelName: state.value('model'),
    status: statusOf(state.value('status')),
    tokenName: state.value('token'),
    tokenId: numberOf(state.value('token_id')),
    group: state.value('group'),
    stream: stream === undefined ? undefined : stream === 'true',
    minLatency: numberOf(state.value('latency')),
    minQuota: usdToQuota(state.value('cost') ?? '', quotaPerUnit),
    requestId: state.value('request_id'),
    logType: numberOf(state.value('type')),
  };
}

export function operatorConditions(state: ListState): GetLogApiArg {
  return {
    username: state.value('user'),
    userId: numberOf(state.value('user_id')),
    channelId: numberOf(state.value('channel')),
    sourceIp: state.value('ip'),
  };
}

function statusOf(value: string | undefined): 'ok' | 'error' | undefined {
  return value === 'ok' || value === 'error' ? value : undefined;
}

function numberOf(value: string | undefined): number | undefined {
  return value === undefined ? undefined : Math.trunc(Number(value));
}
