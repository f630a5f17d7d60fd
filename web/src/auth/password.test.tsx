import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { channel, openai, operator } from '../pages/channels/testChannels';
import { accessibilityFaults } from '../test/axe';
import { type Answer, page, refusal, ScriptedGateway, testAccount } from '../test/gateway';
import { type RenderedApp, renderApp } from '../test/renderApp';

const asked = () => Response.json({ success: false, message: 'give your password once more', code: 'password_needed' });

/** A gateway that wants the password, "right", once more. */
function askingGateway(answers: Record<string, (given: boolean) => unknown>) {
  const state = { given: false };
  const scripted = Object.entries(answers).map(([route, answer]): [string, Answer] => [route, () => answer(state.given)]);
  return new ScriptedGateway({
    ...Object.fromEntries(scripted),
    'POST /api/user/self/prove': ({ body }: { body: { password: string } }) => {
      if (body.password !== 'right') return refusal('the password is wrong');
      state.given = true;
      return null;
    },
  });
}

async function givePassword({ user }: RenderedApp, password: string) {
  const dialog = within(await screen.findByRole('dialog', { name: 'Confirm with your password' }));
  await user.clear(dialog.getByLabelText(/^Password/));
  await user.type(dialog.getByLabelText(/^Password/), password);
  await user.click(dialog.getByRole('button', { name: 'Confirm' }));
}

const token = { id: 5, user_id: 7, key_hint: 'mnop', status: 1, name: 'laptop', created_time: 1, accessed_time: 1, expired_time: -1, remain_quota: 0, unlimited_quota: true, used_quota: 0, request_count: 0, group: '', backup_group: '', setting: {}, version: 1 };

describe('the password once more', () => {
  it('is asked in place, and the call is made again with what was typed', async () => {
    const gateway = askingGateway({ 'PUT /api/user/self': (given) => (given ? null : asked()) });
    const app = renderApp('/panel/profile');
    await app.user.type(await screen.findByLabelText(/^Display name/), '!');
    await app.user.click(screen.getByRole('button', { name: 'Save' }));
    await givePassword(app, 'wrong');
    expect(await screen.findByText('The password is wrong')).toBeVisible();
    expect(await accessibilityFaults()).toEqual([]);
    await givePassword(app, 'right');
    expect(await screen.findByText('The name is saved')).toBeVisible();
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(gateway.callsTo('PUT /api/user/self').map(({ body }) => body)).toEqual([{ display_name: 'Ada!' }, { display_name: 'Ada!' }]);
  });

  it('may be refused: then nothing is done, and nothing lost', async () => {
    const gateway = askingGateway({ 'PUT /api/user/self': (given) => (given ? null : asked()) });
    const { user } = renderApp('/panel/profile');
    await user.type(await screen.findByLabelText(/^Display name/), '!');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await user.click(await screen.findByRole('button', { name: 'Cancel' }));
    expect(await screen.findByText('This needs your password, which was not given.')).toBeVisible();
    expect(screen.getByLabelText(/^Display name/)).toHaveValue('Ada!');
    expect(gateway.callsTo('PUT /api/user/self')).toHaveLength(1);
  });

  it('shows keys that were left out', async () => {
    askingGateway({ 'GET /api/token/': (given) => page([{ ...token, key: given ? 'abcdefghijklmnop' : '', key_withheld: !given }]) });
    const app = renderApp('/panel/tokens');
    await app.user.click(await screen.findByRole('button', { name: 'Show the key of laptop' }));
    await givePassword(app, 'right');
    await app.user.click(await screen.findByRole('button', { name: /^Copy .*laptop/ }));
    expect(await navigator.clipboard.readText()).toBe('sk-abcdefghijklmnop');
  });
});

it('stands before the access token, which is never asked for it', async () => {
  askingGateway({ 'GET /api/user/self': (given) => ({ ...testAccount, access_token: given ? 'secret-token' : '', access_token_withheld: !given }) });
  const app = renderApp('/panel/profile');
  await app.user.click(await screen.findByRole('button', { name: 'Show' }));
  await givePassword(app, 'right');
  expect(await screen.findByText('secret-token')).toBeVisible();
});

describe('what is copied', () => {
  it('has the keys of all tokens that are selected', async () => {
    const withKey = (given: boolean) => ({ ...token, key: given ? 'abcdefghijklmnop' : '', key_withheld: !given });
    askingGateway({ 'GET /api/token/': (given) => page([withKey(given)]), 'GET /api/token/5': withKey });
    const app = renderApp('/panel/tokens');
    await screen.findByRole('link', { name: 'laptop' });
    await app.user.click(screen.getAllByRole('checkbox')[0]!);
    await app.user.click(screen.getByRole('button', { name: 'Copy keys' }));
    await givePassword(app, 'right');
    await screen.findByText(/^Copied/);
    expect(await navigator.clipboard.readText()).toBe('sk-abcdefghijklmnop');
  });
});

it('comes before a copy of a channel, which then has the key, and has none where it is not given', async () => {
  const answers = { 'GET /api/channel/3': (given: boolean) => channel({ key: given ? 'sk-secret' : '', key_withheld: !given }), 'GET /api/providers': () => [openai], 'GET /api/user/self': () => operator };
  askingGateway(answers);
  const app = renderApp('/panel/channels/new?copy=3');
  await givePassword(app, 'right');
  expect(await screen.findByLabelText(/^Key/)).toHaveValue('sk-secret');
  app.unmount();

  sessionStorage.clear();
  askingGateway(answers);
  const { user } = renderApp('/panel/channels/new?copy=3');
  await user.click(await screen.findByRole('button', { name: 'Cancel' }));
  expect(await screen.findByLabelText(/^Key/)).toHaveValue('');
});

describe('a session that nobody uses', () => {
  afterEach(() => vi.useRealTimers());

  it('is announced to end, and kept by whoever says so', async () => {
    let endsInS = 240;
    const gateway = new ScriptedGateway({ 'GET /api/user/self': () => ({ ...testAccount, session: { ends_in_s: endsInS, lifetime_s: 3_600 } }) });
    const { user } = renderApp('/panel/profile');
    const warning = within(await screen.findByRole('alertdialog', { name: 'Your session is about to end' }));
    expect(warning.getByText(/The session ends in (4:00|3:5\d)/)).toBeVisible();
    expect(await accessibilityFaults()).toEqual([]);
    endsInS = 3_600;
    await user.click(warning.getByRole('button', { name: 'Stay signed in' }));
    await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull());
    expect(gateway.callsTo('GET /api/user/self').at(-1)?.headers.has('X-Tollgate-Unattended')).toBe(false);
  });

  it('is not used by what the console asks for by itself', async () => {
    const gateway = new ScriptedGateway();
    const { router } = renderApp('/panel/profile');
    await screen.findByRole('heading', { name: 'Profile' });
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 61_000);
    await router.navigate('/panel/tokens');
    await waitFor(() => expect(gateway.callsTo('GET /api/token/')[0]?.headers.get('X-Tollgate-Unattended')).toBe('1'));
    fireEvent.keyDown(document.body, { key: 'Shift' });
    await router.navigate('/panel/models');
    await waitFor(() => expect(gateway.callsTo('GET /api/available_model')[0]?.headers.has('X-Tollgate-Unattended')).toBe(false));
    vi.restoreAllMocks();
  });
});
