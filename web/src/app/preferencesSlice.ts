import { createSlice, type PayloadAction, type Store } from '@reduxjs/toolkit';
import type { Language } from '../i18n/languages';
import { isRecord, readStored, writeStored } from './storage';

export type Density = 'comfortable' | 'compact';

export interface Preferences {
  density: Density;
  /** Absent: what the browser asks for. */
  language?: Language;
  /** An IANA name. Absent: the browser's. */
  timeZone?: string;
  sidebarCollapsed: boolean;
  /** Whether the setup was put off: signing in does not lead to it any more. */
  setupPutOff?: boolean;
}

const storageKey = 'tollgate.preferences';
const defaults: Preferences = { density: 'comfortable', sidebarCollapsed: false };

function storedPreferences(): Preferences {
  return { ...defaults, ...readStored(localStorage, storageKey, isRecord) };
}

export const preferencesSlice = createSlice({
  name: 'preferences',
  initialState: storedPreferences,
  reducers: {
    preferencesChanged: (state, { payload }: PayloadAction<Partial<Preferences>>) => ({ ...state, ...payload }),
  },
});

export const { preferencesChanged } = preferencesSlice.actions;

export function keepPreferences(store: Store<{ preferences: Preferences }>): void {
  let kept = store.getState().preferences;
  store.subscribe(() => {
    const { preferences } = store.getState();
    if (preferences === kept) return;
    kept = preferences;
    writeStored(localStorage, storageKey, preferences);
  });
}
