import { type BaseQueryFn, createApi } from '@reduxjs/toolkit/query/react';
import { selectPhase, sessionExpired, type sessionSlice } from '../auth/sessionSlice';
import { signInAgain } from '../auth/signInAgain';
import type { ApiProblem } from './problem';
import { type ApiRequest, callApi, type CallOptions } from './request';

type EndpointOptions = Pick<CallOptions, 'timeoutMs' | 'envelope'>;
interface SessionRoot {
  session: ReturnType<typeof sessionSlice.reducer>;
}

/** A call that finds the session ended waits for the sign-in in place, and is then made again. */
const sessionQuery: BaseQueryFn<ApiRequest, unknown, ApiProblem, EndpointOptions> = async (request, api, options) => {
  const call = () => callApi(request, { ...options, signal: api.signal });
  const phase = () => selectPhase(api.getState() as SessionRoot);
  const first = await call();
  if (!('error' in first) || first.error.kind !== 'signedOut') return first;
  api.dispatch(sessionExpired());
  if (phase() !== 'expired' || !(await signInAgain(api.signal))) return first;
  return call();
};

export const api = createApi({
  reducerPath: 'api',
  baseQuery: sessionQuery,
  endpoints: () => ({}),
  refetchOnReconnect: true,
});
