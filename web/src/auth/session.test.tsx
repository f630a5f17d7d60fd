import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { accessibilityFaults } from '../test/axe';
import { refusal, ScriptedGateway, testAccount, testSetup, testStatus } from '../test/gateway';
import { type RenderedApp, renderApp } from '../test/renderApp';

const signedOut = () => refusal(401, 'not signed in');

/** A gateway where the session can be there or not. */
function gatewayWithSession(signedIn: boolean) {
  const session = { signedIn };
  const gateway = new ScriptedGateway({
    'GET /api/user/self': () => (session.signedIn ? testAccount : signedOut()),
    'POST /api/user/login': () => {
      session.signedIn = true;
      return testAccount;
    },
    'GET /api/user/logout': () => {
      session.signedIn = false;
      return null;
    },
  });
  return { gateway, session };
}

const setupDue = { ...testSetup, needed: true };

/** A gateway that has just been started, and whoever signs in may set it up. */
function gatewayBeforeSetup(setup: () => unknown = () => setupDue) {
  const { gateway } = gatewayWithSession(false);
  gateway.script({ 'GET /api/setup': setup, 'POST /api/user/login': () => {
    gateway.script({ 'GET /api/user/self': { ...testAccount, capabilities: ['profile', 'setup'] } });
    return testAccount;
  } });
}

async function fillIn({ user }: RenderedApp, password: string, scope = screen.getByRole('main')) {
  await user.type(within(scope).getByLabelText(/^User name or e-mail/), 'ada');
  await user.type(within(scope).getByLabelText(/^Password/), `${password}{Enter}`);
}

function otherTab(message: object) {
  const channel = new BroadcastChannel('tollgate.session');
  channel.postMessage(message);
  return channel;
}

describe('signing in', () => {
  it('leads guests to the form, and from there to the page they wanted', async () => {
    const { gateway } = gatewayWithSession(false);
    const app = renderApp('/panel/profile?x=1');
    expect(await screen.findByRole('heading', { name: 'Sign in to Test gateway' })).toBeVisible();
    await fillIn(app, 'secret');
    expect(await screen.findByRole('heading', { name: 'Profile' })).toBeVisible();
    expect(app.router.state.location).toMatchObject({ pathname: '/panel/profile', search: '?x=1' });
    expect(gateway.callsTo('POST /api/user/login')[0]?.body).toEqual({ username: 'ada', password: 'secret' });
  });

  it('goes to no other address than its own', async () => {
    gatewayWithSession(false);
    const app = renderApp(`/login?next=${encodeURIComponent('//evil.example')}`);
    await screen.findByRole('heading', { level: 1 });
    await fillIn(app, 'secret');
    await waitFor(() => expect(app.router.state.location.pathname).toBe('/panel'));
  });

  it('leads to the setup whoever may do it while it is due', async () => {
    gatewayBeforeSetup();
    const app = renderApp('/login');
    expect(await screen.findByText(/for the first time/)).toBeVisible();
    await fillIn(app, 'secret');
    await waitFor(() => expect(app.router.state.location.pathname).toMatch(/^\/panel\/setup/));
  });

  it('leads to the setup also when whether it is due is known late', async () => {
    let tell: (setup: unknown) => void = () => undefined;
    const known = new Promise((resolve) => (tell = resolve));
    gatewayBeforeSetup(() => known);
    const app = renderApp('/login');
    await screen.findByRole('heading', { level: 1 });
    await fillIn(app, 'secret');
    await screen.findByRole('progressbar');
    tell(setupDue);
    await waitFor(() => expect(app.router.state.location.pathname).toMatch(/^\/panel\/setup/));
  });

  it('does not lead to a setup that was put off', async () => {
    localStorage.setItem('tollgate.preferences', '{"setupPutOff":true}');
    gatewayBeforeSetup();
    const app = renderApp('/login');
    await screen.findByText(/for the first time/);
    await fillIn(app, 'secret');
    await waitFor(() => expect(app.router.state.location.pathname).toBe('/panel'));
  });

  it.each([
    [['fr-FR'], '登录'],
    [['fr-FR', 'en-GB'], 'Sign in'],
  ])("speaks the site's language to a browser that asks for %s only where that names none of ours", async (languages, signIn) => {
    vi.spyOn(navigator, 'languages', 'get').mockReturnValue(languages);
    const { gateway } = gatewayWithSession(false);
    gateway.script({ 'GET /api/status': { ...testStatus, language: 'zh_CN' } });
    renderApp('/login');
    expect(await screen.findByRole('button', { name: signIn })).toBeVisible();
  });

  it('shows a refusal below the form, and keeps what was typed', async () => {
    const { gateway } = gatewayWithSession(false);
    gateway.script({ 'POST /api/user/login': () => refusal('user name or password is wrong') });
    const app = renderApp('/login');
    await screen.findByRole('heading', { level: 1 });
    await fillIn(app, 'wrong');
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('User name or password is wrong');
    expect(alert).toHaveTextContent('req-1');
    expect(screen.getByLabelText(/^User name/)).toHaveValue('ada');
    expect(screen.getByLabelText(/^Password/)).toHaveValue('wrong');
    expect(await accessibilityFaults()).toEqual([]);
  });

  it('says how long to wait after too many attempts, and does not ask before', async () => {
    const { gateway } = gatewayWithSession(false);
    gateway.script({ 'POST /api/user/login': () => refusal(429, 'too many', { 'Retry-After': '40' }) });
    const app = renderApp('/login');
    await screen.findByRole('heading', { level: 1 });
    await fillIn(app, 'wrong');
    expect(await screen.findByText(/try again in 40 seconds/)).toBeVisible();
    expect(screen.getByRole('button', { name: 'Sign in' })).toBeDisabled();
    expect(await screen.findByText(/try again in 39 seconds/, {}, { timeout: 2_000 })).toBeVisible();
  });

  it('is not asked of who is signed in', async () => {
    gatewayWithSession(true);
    const app = renderApp('/login?next=%2Fpanel%2Fprofile');
    expect(await screen.findByRole('heading', { name: 'Profile' })).toBeVisible();
    expect(app.router.state.location.pathname).toBe('/panel/profile');
  });
});

describe('the start', () => {
  it('says why it fails, and tries again', async () => {
    const { gateway } = gatewayWithSession(true);
    gateway.script({ 'GET /api/status': () => refusal(503, 'the database is away') });
    const app = renderApp('/panel/profile');
    expect(await screen.findByText('The console cannot start')).toBeVisible();
    expect(screen.getByText('The database is away')).toBeVisible();
    gateway.script({ 'GET /api/status': { version: '1', start_time: 0, system_name: 'Back', quota_per_unit: 1, display_in_currency: true, server_address: '' } });
    await app.user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('heading', { name: 'Profile' })).toBeVisible();
  });
});

describe('the end of a session', () => {
  it('is taken up in place: what was typed stays, and the call is made again', async () => {
    const { gateway, session } = gatewayWithSession(true);
    gateway.script({ 'PUT /api/user/self': () => (session.signedIn ? null : signedOut()) });
    const app = renderApp('/panel/profile');
    const name = await screen.findByLabelText(/^Display name/);
    await app.user.clear(name);
    await app.user.type(name, 'Countess');
    session.signedIn = false;
    await app.user.click(screen.getByRole('button', { name: 'Save' }));
    const dialog = await screen.findByRole('dialog', { name: 'Your session has ended' });
    expect(within(dialog).getByLabelText(/^User name/)).toHaveValue('ada');
    await app.user.type(within(dialog).getByLabelText(/^Password/), 'secret{Enter}');
    expect(await screen.findByText('The name is saved')).toBeVisible();
    expect(gateway.callsTo('PUT /api/user/self').map((call) => call.body)).toEqual([{ display_name: 'Countess' }, { display_name: 'Countess' }]);
    expect(app.router.state.location.pathname).toBe('/panel/profile');
  });

  it('can be accepted: then nothing is shown any more', async () => {
    const { gateway, session } = gatewayWithSession(true);
    gateway.script({ 'PUT /api/user/self': () => signedOut() });
    const app = renderApp('/panel/profile');
    await app.user.type(await screen.findByLabelText(/^Display name/), '!');
    session.signedIn = false;
    await app.user.click(screen.getByRole('button', { name: 'Save' }));
    await app.user.click(await screen.findByRole('button', { name: 'Leave, without saving' }));
    expect(await screen.findByRole('heading', { name: 'Sign in to Test gateway' })).toBeVisible();
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('comes by signing out, here and in other tabs', async () => {
    gatewayWithSession(true);
    const heard: unknown[] = [];
    const listener = new BroadcastChannel('tollgate.session');
    listener.onmessage = ({ data }) => heard.push(data);
    const app = renderApp('/panel/profile');
    await app.user.click(await screen.findByRole('button', { name: 'Your account' }));
    await app.user.click(screen.getByRole('menuitem', { name: 'Sign out' }));
    expect(await screen.findByRole('heading', { name: 'Sign in to Test gateway' })).toBeVisible();
    await waitFor(() => expect(heard).toEqual([{ type: 'signedOut' }]));
    listener.close();
  });

  it('comes from another tab', async () => {
    const { session } = gatewayWithSession(true);
    renderApp('/panel/profile');
    await screen.findByRole('heading', { name: 'Profile' });
    session.signedIn = false;
    const channel = otherTab({ type: 'signedOut' });
    expect(await screen.findByRole('heading', { name: 'Sign in to Test gateway' })).toBeVisible();
    channel.close();
  });

  it('stays signed in when signing out fails', async () => {
    const { gateway } = gatewayWithSession(true);
    gateway.script({ 'GET /api/user/logout': () => refusal(503, 'the database is away') });
    const app = renderApp('/panel/profile');
    await app.user.click(await screen.findByRole('button', { name: 'Your account' }));
    await app.user.click(screen.getByRole('menuitem', { name: 'Sign out' }));
    expect(await screen.findByText('You are still signed in')).toBeVisible();
    expect(screen.getByRole('heading', { name: 'Profile' })).toBeVisible();
  });

  it('is over when the same account signs in in another tab', async () => {
    const { gateway, session } = gatewayWithSession(true);
    gateway.script({ 'PUT /api/user/self': () => (session.signedIn ? null : signedOut()) });
    const app = renderApp('/panel/profile');
    await app.user.type(await screen.findByLabelText(/^Display name/), '!');
    session.signedIn = false;
    await app.user.click(screen.getByRole('button', { name: 'Save' }));
    await screen.findByRole('dialog', { name: 'Your session has ended' });
    session.signedIn = true;
    const channel = otherTab({ type: 'signedIn', userId: testAccount.id });
    expect(await screen.findByText('The name is saved')).toBeVisible();
    channel.close();
  });

  it('loads anew when another account signs in in another tab', async () => {
    gatewayWithSession(true);
    const assign = vi.fn();
    vi.stubGlobal('location', { href: 'http://console.test/', origin: 'http://console.test', assign });
    renderApp('/panel/profile');
    await screen.findByRole('heading', { name: 'Profile' });
    const channel = otherTab({ type: 'signedIn', userId: 999 });
    await waitFor(() => expect(assign).toHaveBeenCalledWith(document.baseURI));
    act(() => channel.close());
  });
});
