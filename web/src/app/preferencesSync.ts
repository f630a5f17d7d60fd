import { createListenerMiddleware, isAnyOf, type ThunkDispatch, type UnknownAction } from '@reduxjs/toolkit';
import { managementApi } from '../api/endpoints';
import { selectPhase, signedIn, type sessionSlice } from '../auth/sessionSlice';
import { accountPreferences, listChoiceChanged, preferencesChanged, preferencesLoaded, preferencesSaved, type PreferencesState } from './preferencesSlice';

const { getUserSelfPreferences, putUserSelfPreferences } = managementApi.endpoints;

/** Changes follow one another, such as while a column is drawn wider: the last one is saved. */
const restMs = 800;

interface Root {
  preferences: PreferencesState;
  session: ReturnType<typeof sessionSlice.reducer>;
}

type Dispatch = ThunkDispatch<Root, unknown, UnknownAction>;

interface StoreApi {
  dispatch: Dispatch;
  getState: () => Root;
}

/** Keeps the account's preferences at the gateway. Where that fails they stay in this browser, and are saved with the next change. */
export function preferencesSync() {
  const sync = createListenerMiddleware<Root, Dispatch>();
  sync.startListening({
    actionCreator: signedIn,
    effect: (_action, api) => (api.getState().preferences.unsaved ? save(api) : load(api)),
  });
  sync.startListening({
    matcher: isAnyOf(preferencesChanged, listChoiceChanged),
    effect: async (_action, api) => {
      api.cancelActiveListeners();
      await api.delay(restMs);
      const state = api.getState();
      // Whoever has signed out meanwhile has them saved with the next sign-in.
      if (state.preferences.unsaved && selectPhase(state) === 'active') await save(api);
    },
  });
  return sync.middleware;
}

async function load({ dispatch }: StoreApi) {
  const { data } = await dispatch(getUserSelfPreferences.initiate(undefined, { forceRefetch: true, subscribe: false }));
  if (data) dispatch(preferencesLoaded(data));
}

async function save({ dispatch, getState }: StoreApi) {
  const body = { ...accountPreferences(getState().preferences) };
  const { error } = await dispatch(putUserSelfPreferences.initiate({ body }, { track: false }));
  if (!error) dispatch(preferencesSaved());
}
