import { configureStore } from '@reduxjs/toolkit';
import { setupListeners } from '@reduxjs/toolkit/query';
import { useDispatch, useSelector } from 'react-redux';
import { abortUnwatched } from '../api/abortUnwatched';
import { managementApi } from '../api/endpoints';
import { sessionSlice } from '../auth/sessionSlice';
import { noticesSlice } from '../components/feedback/noticesSlice';
import { keepPreferences, preferencesSlice } from './preferencesSlice';
import { preferencesSync } from './preferencesSync';

export function createStore() {
  const store = configureStore({
    reducer: {
      [managementApi.reducerPath]: managementApi.reducer,
      [sessionSlice.name]: sessionSlice.reducer,
      [preferencesSlice.name]: preferencesSlice.reducer,
      [noticesSlice.name]: noticesSlice.reducer,
    },
    middleware: (defaults) => defaults().prepend(preferencesSync()).concat(abortUnwatched, managementApi.middleware),
  });
  setupListeners(store.dispatch);
  keepPreferences(store);
  return store;
}

export type AppStore = ReturnType<typeof createStore>;
export type RootState = ReturnType<AppStore['getState']>;
export type AppDispatch = AppStore['dispatch'];

export const useAppDispatch = useDispatch.withTypes<AppDispatch>();
export const useAppSelector = useSelector.withTypes<RootState>();
