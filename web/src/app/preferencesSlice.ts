import { createSlice, type PayloadAction, type Store } from '@reduxjs/toolkit';
import { signedIn } from '../auth/sessionSlice';
import { isLanguage, type Language } from '../i18n/languages';
import { isRecord, readStored, writeStored } from './storage';

export type Density = 'comfortable' | 'compact';

export const themeModes = ['light', 'dark', 'system'] as const;
export type ThemeMode = (typeof themeModes)[number];

export interface Preferences {
  density: Density;
  themeMode: ThemeMode;
  /** Absent: what the browser asks for. */
  language?: Language;
  /** An IANA name. Absent: the browser's. */
  timeZone?: string;
  sidebarCollapsed: boolean;
  /** The id of the page that the site's address leads to. Absent: the overview. */
  startPage?: string;
  /** Whether the setup was put off: signing in does not lead to it any more. */
  setupPutOff?: boolean;
  /** What was chosen for lists, such as columns and views, by name. Who uses one checks what it is. */
  lists: Readonly<Record<string, unknown>>;
}

/** What the browser keeps, so that the first paint need not wait for the gateway, which keeps the preferences of accounts. */
interface KeptPreferences extends Preferences {
  /** Whose they are. What is seen at the first paint may be the former account's; its lists never are. */
  account?: number;
  /** There are changes that the gateway does not have yet. */
  unsaved: boolean;
}

export interface PreferencesState extends KeptPreferences {
  /** Whether it has been read what the gateway keeps. Until then nothing is written over it. */
  known: boolean;
}

const storageKey = 'tollgate.preferences';
const defaults: PreferencesState = { density: 'comfortable', themeMode: 'system', sidebarCollapsed: false, lists: {}, unsaved: false, known: false };

/** What makes sense of it: it may be another version's, or another front-end's. */
function readable(saved: Readonly<Record<string, unknown>>): Partial<Preferences> {
  const { density, themeMode, language, timeZone, sidebarCollapsed, startPage, setupPutOff, lists } = saved;
  return {
    ...((density === 'comfortable' || density === 'compact') && { density }),
    ...(isThemeMode(themeMode) && { themeMode }),
    ...(isLanguage(language) && { language }),
    ...(isTimeZone(timeZone) && { timeZone }),
    ...(typeof sidebarCollapsed === 'boolean' && { sidebarCollapsed }),
    ...(typeof startPage === 'string' && { startPage }),
    ...(typeof setupPutOff === 'boolean' && { setupPutOff }),
    ...(isRecord(lists) && { lists }),
  };
}

export function isThemeMode(value: unknown): value is ThemeMode {
  return themeModes.some((mode) => mode === value);
}

function isTimeZone(value: unknown): value is string {
  try {
    return typeof value === 'string' && new Intl.DateTimeFormat('en', { timeZone: value }).format() !== '';
  } catch {
    return false;
  }
}

function storedPreferences(): PreferencesState {
  const stored = readStored(localStorage, storageKey, isRecord) ?? {};
  const account = typeof stored.account === 'number' ? stored.account : undefined;
  return { ...defaults, ...readable(stored), account, unsaved: stored.unsaved === true };
}

export const preferencesSlice = createSlice({
  name: 'preferences',
  initialState: storedPreferences,
  reducers: {
    preferencesChanged: (state, { payload }: PayloadAction<Partial<Preferences>>) => ({ ...state, ...payload, unsaved: state.known }),
    listChoiceChanged: (state, { payload: { name, value } }: PayloadAction<{ name: string; value: unknown }>) => ({
      ...state,
      lists: { ...state.lists, [name]: value },
      unsaved: state.known,
    }),
    /** The gateway told what it keeps; an account that never chose anything goes on with what it sees. */
    preferencesLoaded: (state, { payload }: PayloadAction<Readonly<Record<string, unknown>>>) => {
      const before = Object.keys(payload).length > 0 ? { ...defaults, account: state.account } : state;
      return { ...before, ...readable(payload), known: true, unsaved: false };
    },
    preferencesSaved: (state) => ({ ...state, known: true, unsaved: false }),
  },
  extraReducers: (builder) => {
    builder.addCase(signedIn, (state, { payload: account }) => (state.account === account ? state : { ...state, account, lists: {}, known: false, unsaved: false }));
  },
});

export const { preferencesChanged, listChoiceChanged, preferencesLoaded, preferencesSaved } = preferencesSlice.actions;

/** What the gateway keeps for the account. */
export function accountPreferences({ density, themeMode, language, timeZone, sidebarCollapsed, startPage, setupPutOff, lists }: Preferences): Preferences {
  return { density, themeMode, language, timeZone, sidebarCollapsed, startPage, setupPutOff, lists };
}

export function keepPreferences(store: Store<{ preferences: PreferencesState }>): void {
  let kept = store.getState().preferences;
  store.subscribe(() => {
    const { preferences } = store.getState();
    if (preferences === kept) return;
    kept = preferences;
    const { account, unsaved } = preferences;
    writeStored(localStorage, storageKey, { ...accountPreferences(preferences), account, unsaved });
  });
}
