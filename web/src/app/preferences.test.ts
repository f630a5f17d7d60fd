import { waitFor } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { signedIn, signedOut } from '../auth/sessionSlice';
import { refusal, ScriptedGateway } from '../test/gateway';
import { listChoiceChanged, preferencesChanged } from './preferencesSlice';
import { createStore } from './store';

const route = '/api/user/self/preferences';
const columns = { order: ['name'], hidden: [] };

function kept(preferences: Record<string, unknown>) {
  localStorage.setItem('tollgate.preferences', JSON.stringify(preferences));
}

function start(saved: unknown) {
  const gateway = new ScriptedGateway({ [`GET ${route}`]: saved, [`PUT ${route}`]: null });
  const store = createStore();
  store.dispatch(signedIn(7));
  const read = () => waitFor(() => expect(store.getState().preferences.known).toBe(true));
  return { gateway, store, read, preferences: () => store.getState().preferences };
}

describe('preferences of an account', () => {
  it('are those that the gateway keeps, as far as they make sense', async () => {
    kept({ account: 7, density: 'comfortable', timeZone: 'Asia/Shanghai' });
    const { read, preferences } = start({ density: 'compact', language: 'xx', timeZone: 'Nowhere/None', themeMode: 3, lists: { 'columns.rows': columns } });
    await read();
    expect(preferences()).toMatchObject({ density: 'compact', themeMode: 'system', lists: { 'columns.rows': columns } });
    expect(preferences().language).toBeUndefined();
    expect(preferences().timeZone).toBeUndefined();
  });

  it('are what is seen already, where the gateway keeps none', async () => {
    kept({ account: 7, density: 'compact' });
    const { read, preferences } = start({});
    await read();
    expect(preferences().density).toBe('compact');
  });

  it('are never another account’s lists', () => {
    kept({ account: 3, density: 'compact', lists: { 'views.rows': [] } });
    expect(start({}).preferences()).toMatchObject({ account: 7, density: 'compact', lists: {} });
  });

  it('are saved once, when changes have come to rest', async () => {
    const { gateway, store, read, preferences } = start({});
    await read();
    store.dispatch(preferencesChanged({ themeMode: 'dark' }));
    store.dispatch(listChoiceChanged({ name: 'columns.rows', value: columns }));
    expect(preferences().unsaved).toBe(true);
    await waitFor(() => expect(preferences().unsaved).toBe(false));
    expect(gateway.callsTo(`PUT ${route}`).map(({ body }) => body)).toEqual([expect.objectContaining({ themeMode: 'dark', lists: { 'columns.rows': columns } })]);
  });

  it('that were changed just before signing out are saved at the next sign-in', async () => {
    const { gateway, store, read, preferences } = start({});
    await read();
    vi.useFakeTimers();
    store.dispatch(preferencesChanged({ themeMode: 'dark' }));
    store.dispatch(signedOut());
    await vi.advanceTimersByTimeAsync(10_000);
    vi.useRealTimers();
    expect(gateway.callsTo(`PUT ${route}`)).toEqual([]);
    store.dispatch(signedIn(7));
    await waitFor(() => expect(preferences().unsaved).toBe(false));
    expect(gateway.callsTo(`PUT ${route}`)[0]?.body).toMatchObject({ themeMode: 'dark' });
  });

  it('are not written over what could not be read', async () => {
    const { gateway, store, preferences } = start(refusal(500, 'the disk is full'));
    await waitFor(() => expect(gateway.callsTo(`GET ${route}`)).toHaveLength(1));
    store.dispatch(preferencesChanged({ density: 'compact' }));
    expect(preferences()).toMatchObject({ density: 'compact', unsaved: false });
    expect(JSON.parse(localStorage.getItem('tollgate.preferences') ?? '')).toMatchObject({ density: 'compact', account: 7 });
  });

  it('that could not be saved before are saved at the next start', async () => {
    kept({ account: 7, density: 'compact', unsaved: true });
    const { gateway, read } = start({ density: 'comfortable' });
    await read();
    expect(gateway.callsTo(`GET ${route}`)).toEqual([]);
    expect(gateway.callsTo(`PUT ${route}`)[0]?.body).toMatchObject({ density: 'compact' });
  });
});
