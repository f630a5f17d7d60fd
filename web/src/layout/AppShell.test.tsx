import { screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Capability, Self } from '../api/generated';
import { pages } from '../app/pages';
import { accessibilityFaults } from '../test/axe';
import { ScriptedGateway, testAccount, testStatus } from '../test/gateway';
import { renderApp } from '../test/renderApp';
import { setWidth } from '../test/width';

function account(capabilities: readonly Capability[]): Self {
  return { ...testAccount, capabilities: [...capabilities] };
}

function signedInAs(capabilities: readonly Capability[]) {
  return new ScriptedGateway({ 'GET /api/user/self': account(capabilities) });
}

const everything = [...new Set(pages.flatMap((page) => page.capability ?? []))];

beforeEach(() => setWidth(1280));

async function openProfile() {
  const app = renderApp('/panel/profile');
  await screen.findByRole('heading', { name: 'Profile', level: 1 });
  return app;
}

function menu() {
  return screen.getByRole('navigation', { name: 'Main menu' });
}

describe('the menu', () => {
  it('has the pages of the account’s capabilities, and no others', async () => {
    signedInAs(['profile', 'tokens.own']);
    await openProfile();
    const shown = within(menu()).getAllByRole('link').map((link) => link.getAttribute('href'));
    const expected = pages.filter((page) => page.menu && (!page.capability || ['profile', 'tokens.own'].includes(page.capability)));
    expect(shown).toHaveLength(expected.length);
    expect(within(menu()).queryByRole('link', { name: 'Channels' })).toBeNull();
  });

  it('marks the page that is open', async () => {
    signedInAs(everything);
    await openProfile();
    expect(within(menu()).getByRole('link', { current: 'page' })).toHaveAccessibleName('Profile');
  });

  it('is folded to icons, and stays so', async () => {
    signedInAs(['profile']);
    const { user, unmount } = await openProfile();
    await user.click(screen.getByRole('button', { name: 'Close the menu' }));
    expect(within(menu()).queryByText('Profile')).toBeNull();
    expect(within(menu()).getByRole('link', { name: 'Profile' })).toBeVisible();
    unmount();
    await openProfile();
    expect(screen.getByRole('button', { name: 'Open the menu' })).toHaveAttribute('aria-expanded', 'false');
  });

  it('is a drawer on narrow windows, and closes when a page is chosen', async () => {
    setWidth(700);
    signedInAs(['profile']);
    const { user } = await openProfile();
    expect(screen.queryByRole('navigation', { name: 'Main menu' })).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Open the menu' }));
    await user.click(within(menu()).getByRole('link', { name: 'Profile' }));
    await waitFor(() => expect(screen.queryByRole('navigation', { name: 'Main menu' })).toBeNull());
  });

  it('has a bar at the bottom for those with few pages', async () => {
    setWidth(400);
    signedInAs(['profile', 'requests.own', 'tokens.own']);
    await openProfile();
    expect(screen.getByRole('navigation', { name: 'Main pages' })).toBeInTheDocument();
  });

  it('has none for those with many', async () => {
    setWidth(400);
    signedInAs(everything);
    await openProfile();
    expect(screen.queryByRole('navigation', { name: 'Main pages' })).toBeNull();
  });
});

describe('addresses', () => {
  it.each(pages.filter((page) => page.capability && page.capability !== 'profile'))('of $id say what they need to those who may not', async (page) => {
    const gateway = signedInAs(['profile']);
    renderApp(`/panel/${page.path.replace(/\/\*$/, '').replace(':id', '1')}`);
    expect(await screen.findByText('Not for this account')).toBeVisible();
    expect(screen.getByText(/This page is for accounts that may/)).toBeVisible();
    const known = ['GET /api/status', 'GET /api/user/self', 'GET /api/user/self/preferences', 'GET /api/setup'];
    expect(gateway.calls.map((call) => `${call.method} ${call.path}`).filter((call) => !known.includes(call))).toEqual([]);
  });

  it.each(['/panel/nosuch', '/nosuch/place'])('that are none say so: %s', async (path) => {
    signedInAs(['profile']);
    renderApp(path);
    expect(await screen.findByText(new RegExp(`Nothing is found at ${path}`))).toBeVisible();
  });

  it.each([
    ['/panel/channel', '/panel/channels'],
    ['/panel/log', '/panel/requests'],
    ['/panel/token', '/panel/tokens'],
    ['/panel/pricing', '/panel/prices'],
    ['/panel/user', '/panel/users'],
    ['/panel/user_group', '/panel/groups'],
    ['/panel/setting', '/panel/settings'],
    ['/panel/dashboard', '/panel'],
    ['/panel/model_price', '/panel/models'],
  ])('of one-hub lead on: %s', async (former, now) => {
    signedInAs([]);
    const { router } = renderApp(former);
    await waitFor(() => expect(router.state.location.pathname).toBe(now));
  });

  it('name the page in the window’s title', async () => {
    signedInAs(['profile']);
    await openProfile();
    expect(document.title).toBe('Profile · Test gateway');
  });

  it('move the focus to the heading of the page that opens', async () => {
    signedInAs(['profile']);
    const { router } = await openProfile();
    await router.navigate('/panel/nosuch');
    await waitFor(() => expect(screen.getByRole('heading', { name: 'Page not found' })).toHaveFocus());
  });
});

describe('the frame', () => {
  it('is accessible', async () => {
    signedInAs(everything);
    await openProfile();
    expect(await accessibilityFaults()).toEqual([]);
  });

  it('lets the keyboard skip the menu', async () => {
    signedInAs(['profile']);
    const { user } = await openProfile();
    await user.tab();
    await user.keyboard('{Enter}');
    expect(screen.getByRole('main')).toHaveFocus();
  });

  it('speaks the chosen language, and remembers it', async () => {
    signedInAs(['profile']);
    const { user, unmount } = await openProfile();
    await user.click(screen.getByRole('button', { name: 'Language' }));
    await user.click(await screen.findByRole('menuitemradio', { name: '简体中文' }));
    expect(await screen.findByRole('heading', { name: '个人资料', level: 1 })).toBeVisible();
    unmount();
    renderApp('/panel/profile');
    expect(await screen.findByRole('heading', { name: '个人资料', level: 1 })).toBeVisible();
  });

  it('says that the gateway has another version now, without leaving the page', async () => {
    const gateway = signedInAs(['profile']);
    const { store } = await openProfile();
    gateway.script({ 'GET /api/status': { ...testStatus, version: '2.0.0' } });
    const { managementApi } = await import('../api/endpoints');
    await store.dispatch(managementApi.endpoints.getStatus.initiate(undefined, { forceRefetch: true }));
    expect(await screen.findByText(/now runs version 2\.0\.0/)).toBeVisible();
    expect(screen.getByRole('heading', { name: 'Profile', level: 1 })).toBeVisible();
  });

  it('says that there is no network', async () => {
    signedInAs(['profile']);
    await openProfile();
    Object.defineProperty(navigator, 'onLine', { value: false, configurable: true });
    dispatchEvent(new Event('offline'));
    expect(await screen.findByText(/There is no network/)).toBeVisible();
    Object.defineProperty(navigator, 'onLine', { value: true, configurable: true });
    dispatchEvent(new Event('online'));
    await waitFor(() => expect(screen.queryByText(/There is no network/)).toBeNull());
  });
});

describe('the keyboard', () => {
  it('finds pages in the palette', async () => {
    signedInAs(everything);
    const { user, router } = await openProfile();
    await user.keyboard('{Control>}k{/Control}');
    await user.type(await screen.findByRole('combobox', { name: 'Search' }), 'groups');
    expect(await accessibilityFaults(screen.getByRole('dialog'))).toEqual([]);
    await user.keyboard('{Enter}');
    await waitFor(() => expect(router.state.location.pathname).toBe('/panel/groups'));
  });

  it('goes to a page by g and its letter', async () => {
    signedInAs(everything);
    const { user, router } = await openProfile();
    await user.keyboard('gt');
    await waitFor(() => expect(router.state.location.pathname).toBe('/panel/tokens'));
  });

  it('lists what it can do', async () => {
    signedInAs(['profile']);
    const { user } = await openProfile();
    await user.keyboard('?');
    const dialog = await screen.findByRole('dialog', { name: 'Keyboard shortcuts' });
    expect(within(dialog).getByText('Go to: Profile')).toBeVisible();
    expect(within(dialog).queryByText('Go to: Channels')).toBeNull();
  });
});

describe('the table of pages', () => {
  it('gives each page a path and a key of its own', () => {
    const unique = (values: readonly (string | undefined)[]) => new Set(values.filter(Boolean)).size === values.filter(Boolean).length;
    expect(unique(pages.map((page) => page.path))).toBe(true);
    expect(unique(pages.map((page) => page.id))).toBe(true);
    expect(unique(pages.map((page) => page.menu?.shortcut))).toBe(true);
  });
});
