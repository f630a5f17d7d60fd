import { useCallback, useMemo } from 'react';
import { type Provider, useGetProvidersQuery } from '../../api/generated';

const none: Provider[] = [];

export interface Providers {
  /** By title. */
  all: Provider[];
  find: (number: number) => Provider | undefined;
  /** A provider's title, or the number of one that this gateway does not know. */
  title: (number: number) => string;
  isLoading: boolean;
  error: unknown;
  refetch: () => void;
}

/** What channels can be of, as the gateway describes it. */
export function useProviders(): Providers {
  const { data = none, isLoading, error, refetch } = useGetProvidersQuery();
  const all = useMemo(() => data.toSorted((a, b) => a.title.localeCompare(b.title)), [data]);
  const find = useCallback((number: number) => data.find((provider) => provider.number === number), [data]);
  const title = useCallback((number: number) => find(number)?.title ?? String(number), [find]);
  return { all, find, title, isLoading, error, refetch };
}
