import type { Middleware, ThunkDispatch, UnknownAction } from '@reduxjs/toolkit';
import { api } from './base';

interface Subscriptions {
  getSubscriptionCount: (queryCacheKey: string) => number;
}

const { internal_getRTKQSubscriptions: subscriptionsOf, removeQueryResult, unsubscribeQueryResult } = api.internalActions;

/** Ends a query under way that nobody looks at any more: its page was left, or asks for something else. */
export const abortUnwatched: Middleware<object, unknown, ThunkDispatch<unknown, unknown, UnknownAction>> = ({ dispatch }) => {
  const abortIfUnwatched = (queryCacheKey: Parameters<typeof removeQueryResult>[0]['queryCacheKey']) => {
    // The cache's own middleware answers this action with a view of who looks at what.
    const subscriptions = dispatch(subscriptionsOf()) as unknown as Subscriptions;
    if (subscriptions.getSubscriptionCount(queryCacheKey) > 0) return;
    const running = dispatch(api.util.getRunningQueriesThunk()).find((query) => query.queryCacheKey === queryCacheKey);
    if (!running) return;
    running.abort();
    // Else the next to ask would be told that it was ended.
    dispatch(removeQueryResult({ queryCacheKey }));
  };
  return (next) => (action) => {
    const result = next(action);
    // Later, as whoever leaves may be followed at once by another who asks for the same.
    if (unsubscribeQueryResult.match(action)) setTimeout(abortIfUnwatched, 0, action.payload.queryCacheKey);
    return result;
  };
};
