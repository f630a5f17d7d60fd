import { type BaseQueryFn, createApi } from '@reduxjs/toolkit/query/react';
import { passwordWanted, selectPhase, sessionExpired, type sessionSlice } from '../auth/sessionSlice';
import { givenPassword, signedInAgain } from '../auth/interruptions';
import type { ApiProblem } from './problem';
import { type ApiRequest, callApi, type CallOptions } from './request';

type EndpointOptions = Pick<CallOptions, 'timeoutMs' | 'envelope'>;
interface SessionRoot {
  session: ReturnType<typeof sessionSlice.reducer>;
}

/**
 * A call that finds the session ended waits for the sign-in in place, one that needs the password once more for that, and is
 * then made again.
 */
const sessionQuery: BaseQueryFn<ApiRequest, unknown, ApiProblem, EndpointOptions> = async (request, api, options) => {
  const call = () => callApi(request, { ...options, signal: api.signal });
  const phase = () => selectPhase(api.getState() as SessionRoot);
  let answer = await call();
  if ('error' in answer && answer.error.kind === 'signedOut') {
    api.dispatch(sessionExpired());
    if (phase() !== 'expired' || !(await signedInAgain.wait(api.signal))) return answer;
    answer = await call();
  }
  if ('error' in answer && answer.error.kind === 'passwordNeeded') {
    api.dispatch(passwordWanted());
    if (await givenPassword.wait(api.signal)) return call();
  }
  return answer;
};

export const api = createApi({
  reducerPath: 'api',
  baseQuery: sessionQuery,
  endpoints: () => ({}),
  refetchOnReconnect: true,
});
