import { useCallback } from 'react';
import { managementApi } from '../api/endpoints';
import type { Capability, Self } from '../api/generated';

const selfQuery = managementApi.endpoints.getUserSelf;

/** Who is signed in, as the gateway last said. Only below `RequireSession`, where there always is somebody. */
export function useAccount(): Self {
  const { data } = selfQuery.useQueryState();
  if (!data) throw new Error('useAccount is used where nobody is signed in');
  return data;
}

/** Whether the account may do something: `const can = useCan(); can('channels.write')`. */
export function useCan(): (capability: Capability | undefined) => boolean {
  const { data } = selfQuery.useQueryState();
  return useCallback((capability) => capability === undefined || (data?.capabilities.includes(capability) ?? false), [data]);
}
