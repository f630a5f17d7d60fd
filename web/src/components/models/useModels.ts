import { useMemo } from 'react';
import { type AvailableModel, type ModelInfo, useGetAvailableModelQuery, useGetModelInfoQuery } from '../../api/generated';

export interface CallableModel {
  name: string;
  owner: string;
  /** Groups that may call it: public ones, and the account's own. */
  groups: readonly string[];
  price: AvailableModel['price'];
  info: ModelInfo | undefined;
}

/** The models that the account may call, by name. */
export function useModels() {
  const available = useGetAvailableModelQuery();
  const { data: infos } = useGetModelInfoQuery();
  const models = useMemo(() => available.data && callableModels(available.data, infos ?? []), [available.data, infos]);
  return { models, error: available.error, isLoading: available.isLoading, isFetching: available.isFetching, refetch: available.refetch };
}

export function callableModels(available: Record<string, AvailableModel>, infos: readonly ModelInfo[]): CallableModel[] {
  const infoOf = new Map(infos.map((info) => [info.model, info]));
  return Object.entries(available)
    .map(([name, { owned_by: owner, groups, price }]) => ({ name, owner, groups, price, info: infoOf.get(name) }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

/** What a model takes, if somebody wrote it down. */
export function inputModalities(model: CallableModel | undefined): readonly string[] | undefined {
  return readList(model?.info?.input_modalities);
}

/** Descriptions keep their lists as JSON in a text. */
export function readList(text: string | undefined): readonly string[] | undefined {
  try {
    const list: unknown = JSON.parse(text ?? '');
    return Array.isArray(list) && list.length > 0 ? list.map(String) : undefined;
  } catch {
    return undefined;
  }
}
