import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { OptionMeta } from '../../api/generated';
import { preferencesChanged } from '../../app/preferencesSlice';
import { accessibilityFaults } from '../../test/axe';
import { type Call, ok, refusal, ScriptedGateway, testAccount } from '../../test/gateway';
import { renderApp } from '../../test/renderApp';

const batch = 'PUT /api/option/batch';

const setting: OptionMeta = {
  key: 'site.name',
  option: 'SystemName',
  section: 'site',
  section_title: 'Site',
  kind: 'text',
  value: 'Tollgate',
  set: false,
  default: 'Tollgate',
  unit: '',
  min: null,
  max: null,
  choices: [],
  source: 'default',
  variable: '',
  flag: '',
  changeable: true,
  restart: false,
  inert: false,
  example: '',
  help: 'Name shown in the console.',
};

const settings: OptionMeta[] = [
  setting,
  { ...setting, key: 'site.address', option: 'ServerAddress', value: 'http://a.test', help: 'Where people reach it.' },
  { ...setting, key: 'relay.retries', option: 'RetryTimes', section: 'relay', kind: 'integer', value: '2', default: '2', min: '0', max: '20', help: 'How many further candidates are tried.' },
  { ...setting, key: 'port', option: '', section: 'server', kind: 'integer', value: '8080', default: '3000', set: true, source: 'environment', variable: 'PORT', changeable: false, restart: true, help: 'Port to listen on.' },
  { ...setting, key: 'smtp.password', option: 'SMTPToken', section: 'accounts', kind: 'secret', value: null, set: true, source: 'option', default: '', help: 'Password of that account.' },
  { ...setting, key: 'relay.content_check', option: 'EnableSafe', section: 'relay', kind: 'boolean', value: 'false', default: 'false', inert: true, help: 'Whether prompts are screened.' },
];

function gateway(answers: Record<string, unknown> = {}, capabilities: string[] = ['settings.read', 'settings.write']) {
  return new ScriptedGateway({
    'GET /api/user/self': { ...testAccount, role: 100, capabilities },
    'GET /api/option/meta': settings,
    [batch]: { not_in_force: [] },
    ...answers,
  });
}

async function openSection(section: string) {
  const app = renderApp(`/panel/settings/${section}`);
  await screen.findByRole('heading', { name: 'Settings' });
  return app;
}

function group(name: string) {
  return within(screen.getByRole('group', { name }));
}

describe('settings', () => {
  it("asks for the gateway's sentences in the language of the console, and again when that changes", async () => {
    const helps: Record<string, string> = { en: 'Name shown in the console.', 'zh-CN': '显示在控制台中的名称。' };
    const server = gateway({ 'GET /api/option/meta': ({ headers }: Call) => [{ ...setting, help: helps[headers.get('Accept-Language') ?? ''] }] });
    const { store } = await openSection('site');
    expect(await screen.findByText('Name shown in the console.')).toBeVisible();
    store.dispatch(preferencesChanged({ language: 'zh-CN' }));
    expect(await screen.findByText('显示在控制台中的名称。')).toBeVisible();
    expect(server.callsTo('GET /api/option/meta').map(({ headers }) => headers.get('Accept-Language'))).toEqual(['en', 'zh-CN']);
  });

  it("saves a section's changes in one call, after showing them", async () => {
    const server = gateway();
    const { user } = await openSection('site');
    const name = await screen.findByRole('textbox', { name: 'Site name' });
    await user.clear(name);
    await user.type(name, '<b>Ours</b>');
    await user.type(screen.getByRole('textbox', { name: 'Address of the gateway' }), '/x');
    expect(group('Site name').getByText('Changed')).toBeVisible();

    await user.click(screen.getByRole('button', { name: 'Review and save' }));
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByText('Tollgate')).toBeVisible();
    expect(dialog.getByText('<b>Ours</b>')).toBeVisible();
    await user.click(dialog.getByRole('button', { name: 'Save' }));

    expect(await screen.findByText('2 settings were saved and are in force')).toBeVisible();
    expect(server.callsTo(batch).map(({ body }) => body)).toEqual([
      {
        options: [
          { key: 'SystemName', value: '<b>Ours</b>' },
          { key: 'ServerAddress', value: 'http://a.test/x' },
        ],
      },
    ]);
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Review and save' })).toBeNull());
  });

  it('says beside each field why it was refused, and keeps what was typed', async () => {
    gateway({ [batch]: () => Response.json({ success: false, message: 'must be a web address', errors: [{ key: 'ServerAddress', message: 'must be a web address' }] }) });
    const { user } = await openSection('site');
    const address = await screen.findByRole('textbox', { name: 'Address of the gateway' });
    await user.clear(address);
    await user.type(address, 'nowhere');
    await user.click(screen.getByRole('button', { name: 'Review and save' }));
    await user.click(await screen.findByRole('button', { name: 'Save' }));
    expect(await screen.findByText('Must be a web address')).toBeVisible();
    expect(address).toHaveValue('nowhere');
    expect(address).toBeInvalid();
  });

  it('tells any other failure in the review, which stays open', async () => {
    gateway({ [batch]: () => refusal(503) });
    const { user } = await openSection('relay');
    await user.type(await screen.findByRole('textbox', { name: 'Retries' }), '0');
    await user.click(screen.getByRole('button', { name: 'Review and save' }));
    await user.click(await screen.findByRole('button', { name: 'Save' }));
    expect(await within(screen.getByRole('dialog')).findByText('Request req-1')).toBeVisible();
  });

  it('replaces a secret without ever showing it, or takes it away', async () => {
    const server = gateway();
    const { user } = await openSection('accounts');
    expect(await screen.findByText('Set')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Replace' }));
    await user.type(screen.getByLabelText('New value'), 'hunter22');
    await user.click(screen.getByRole('button', { name: 'Review and save' }));
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByText('Will be replaced')).toBeVisible();
    expect(dialog.queryByText(/hunter22/)).toBeNull();
    await user.click(dialog.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(server.callsTo(batch)[0]?.body).toEqual({ options: [{ key: 'SMTPToken', value: 'hunter22' }] }));

    await user.click(await screen.findByRole('button', { name: 'Remove' }));
    await user.click(screen.getByRole('button', { name: 'Review and save' }));
    await user.click(await screen.findByRole('button', { name: 'Save' }));
    await waitFor(() => expect(server.callsTo(batch)[1]?.body).toEqual({ options: [{ key: 'SMTPToken', value: '' }] }));
  });

  it('shows what is set elsewhere as it is, and says where', async () => {
    gateway();
    await openSection('server');
    expect(await screen.findByText('8080')).toBeVisible();
    expect(screen.getByText(/Set by the environment variable PORT/)).toBeVisible();
    expect(group('Port').queryByRole('textbox')).toBeNull();
    expect(await accessibilityFaults()).toEqual([]);
  });

  it('is read-only for whoever may only read', async () => {
    gateway({}, ['settings.read']);
    await openSection('site');
    expect(await screen.findByText('http://a.test')).toBeVisible();
    expect(group('Site name').queryByRole('textbox')).toBeNull();
  });

  it('searches all sections, and leaves out what has no effect until it is wanted', async () => {
    gateway();
    const { user, router } = await openSection('site');
    await user.type(await screen.findByRole('searchbox'), 'candidates');
    expect(await screen.findByRole('group', { name: 'Retries' })).toBeVisible();
    expect(screen.queryByRole('group', { name: 'Site name' })).toBeNull();
    expect(router.state.location.search).toBe('?q=candidates');

    await user.clear(screen.getByRole('searchbox'));
    await user.type(screen.getByRole('searchbox'), 'screened');
    expect(await screen.findByText('No setting matches')).toBeVisible();
    await user.click(screen.getByRole('switch', { name: 'Show settings without effect' }));
    expect(await screen.findByRole('group', { name: 'Content check' })).toBeVisible();
  });

  it('keeps changes while other sections are looked at, and asks before they are lost', async () => {
    gateway();
    const { user, router } = await openSection('site');
    await user.type(await screen.findByRole('textbox', { name: 'Site name' }), '!');
    await router.navigate('/panel/settings/relay');
    await screen.findByRole('group', { name: 'Retries' });
    await router.navigate('/panel/settings/site');
    expect(await screen.findByRole('textbox', { name: 'Site name' })).toHaveValue('Tollgate!');

    void router.navigate('/panel/profile');
    const question = await screen.findByRole('alertdialog');
    await user.click(within(question).getByRole('button', { name: 'Cancel' }));
    expect(router.state.location.pathname).toBe('/panel/settings/site');
    void router.navigate('/panel/profile');
    await user.click(within(await screen.findByRole('alertdialog')).getByRole('button', { name: 'Discard' }));
    await waitFor(() => expect(router.state.location.pathname).toBe('/panel/profile'));
  });

  it('calls settings by their names in the language of the reader, and unknown ones by their key', async () => {
    localStorage.setItem('tollgate.preferences', JSON.stringify({ language: 'zh-CN' }));
    gateway({ 'GET /api/option/meta': [setting, { ...setting, key: 'site.later', option: 'Later' }] });
    renderApp('/panel/settings/site');
    expect(await screen.findByRole('group', { name: '站点名称' })).toBeVisible();
    expect(screen.getByRole('group', { name: 'site.later' })).toBeVisible();
  });

  it('says which saved values are not in force', async () => {
    gateway({ [batch]: () => ok({ not_in_force: ['SystemName'] }) });
    const { user } = await openSection('site');
    await user.type(await screen.findByRole('textbox', { name: 'Site name' }), '!');
    await user.click(screen.getByRole('button', { name: 'Review and save' }));
    await user.click(await screen.findByRole('button', { name: 'Save' }));
    expect(await screen.findByText(/Saved, but not in force.*SystemName/)).toBeVisible();
  });
});
