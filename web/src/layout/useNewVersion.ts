import { useState } from 'react';
import { useGetStatusQuery } from '../api/generated';

const lookEveryMs = 5 * 60_000;

/** The gateway's version if it is no longer the one that sent this page. Whether to reload is the reader's choice. */
export function useNewVersion(): string | undefined {
  const { data } = useGetStatusQuery(undefined, { pollingInterval: lookEveryMs, skipPollingIfUnfocused: true });
  const [loaded] = useState(data?.version);
  return data && loaded !== undefined && data.version !== loaded ? data.version : undefined;
}
