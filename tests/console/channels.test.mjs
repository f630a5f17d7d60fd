// An operator's work with channels: one is added and earns its first call, one fails and is found, two people change one.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { UPSTREAM_KEY } from '../e2e/lib/provider.mjs';
import { OPENAI } from '../e2e/lib/stack.mjs';
import { fillPrice, heading, mainMenu, saveReviewed } from './lib/actions.mjs';
import { scenario } from './lib/browser.mjs';
import { callModel, startSite } from './lib/site.mjs';

let site;
before(async () => {
  site = await startSite({ settings: { 'channel.auto_disable': 'true' } });
});
after(() => site?.stop());

const visit = async (visitors, path) => (await visitors.arrive(site.url, { as: site.operator })).open(path);
const menuTo = (page, name) => mainMenu(page).getByRole('link', { name }).click();
const rowOf = (page, name) => page.getByRole('row').filter({ hasText: name });
const notice = (page, text) => page.getByRole('region', { name: 'Notices' }).getByText(text);

async function chooseRowAction(page, name, action) {
  await rowOf(page, name).getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: action }).click();
}

async function addChannel(page, { name, model }) {
  await page.getByRole('combobox', { name: 'Provider' }).fill('OpenAI');
  await page.getByRole('option', { name: 'OpenAI', exact: true }).click();
  await page.getByLabel('Name', { exact: false }).first().fill(name);
  await page.getByRole('textbox', { name: 'Address' }).fill(site.provider.url);
  await page.getByLabel('Key', { exact: false }).first().fill(UPSTREAM_KEY);
  await page.getByRole('button', { name: 'Ask the provider' }).click();
  const picker = page.getByRole('dialog', { name: 'What the provider serves' });
  await picker.getByRole('searchbox', { name: 'Find' }).fill(model);
  await picker.getByRole('checkbox', { name: model, exact: true }).check();
  await picker.getByRole('button', { name: /^Take/ }).click();
  await page.getByRole('button', { name: 'Test now' }).click();
  await page.getByText('answered in').waitFor();
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await heading(page, name).waitFor();
}

async function testChannel(page, { name, model }) {
  await menuTo(page, 'Channels');
  await chooseRowAction(page, name, 'Test');
  const dialog = page.getByRole('dialog', { name: `Test “${name}”` });
  await dialog.getByRole('combobox', { name: 'Model' }).fill(model);
  await page.keyboard.press('Escape'); // the list of suggestions
  await dialog.getByRole('button', { name: 'Test' }).click();
  await dialog.getByText(`${model} answered in`).waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();
}

async function makeToken(page, name) {
  await menuTo(page, 'Tokens');
  await page.getByRole('link', { name: 'New token' }).first().click();
  await page.getByLabel('Name').fill(name);
  await page.getByRole('button', { name: 'Create' }).click();
  const dialog = page.getByRole('dialog', { name: `The key of ${name}` });
  await dialog.getByRole('button', { name: 'Copy the key' }).click();
  const key = await page.evaluate(() => navigator.clipboard.readText());
  await dialog.getByRole('button', { name: 'I have stored it' }).click();
  return key;
}

scenario('a channel is added, tested and priced, a token is made, and a call with it is found in the log with its price', async (visitors) => {
  const channel = { name: 'added by hand', model: 'model-of-the-added' };
  site.provider.models = [channel.model, 'another-model'];
  await site.root.do('POST', `/api/user/quota/${(await site.operator.self()).id}`, { quota: 1_000_000, remark: 'for a test' });
  const page = await visit(visitors, '/panel/channels/new');
  await addChannel(page, channel);
  await testChannel(page, channel);

  await menuTo(page, 'Prices');
  await page.getByRole('tab', { name: /Without a price/ }).click();
  await rowOf(page, channel.model).getByText(channel.model).click();
  await fillPrice(page, { input: '0.15', output: '0.6' });

  const key = await makeToken(page, 'for a call');
  site.provider.reply({ text: 'Priced.', usage: { input: 1000, cached: 0, output: 500 } });
  assert.equal(await callModel(site, { model: channel.model }, key), 200);
  await site.root.logRow((row) => row.model_name === channel.model, 'the call');

  await menuTo(page, 'Requests');
  await rowOf(page, channel.model).getByRole('link', { name: channel.model }).click();
  await heading(page, channel.model).waitFor();
  const bill = page.getByRole('table', { name: 'Charge' });
  await bill.getByRole('row', { name: 'Input 1,000 $0.15 $0.00015' }).waitFor();
  await bill.getByRole('row', { name: 'Output 500 $0.60 $0.0003' }).waitFor();
  await bill.getByRole('row', { name: 'Sum $0.00045' }).waitFor();
  await page.getByRole('main').getByRole('link', { name: channel.name }).first().waitFor();
});

scenario('a channel whose key is refused is found off with the reason, and is switched on and off, with a way back', async (visitors) => {
  const name = 'with a refused key';
  await site.root.addChannel(OPENAI, name, site.provider.url, ['refused-model'], 'not the key');
  await site.root.setPrice('refused-model', 1, 1);
  assert.notEqual(await callModel(site, { model: 'refused-model' }), 200);

  const page = await visit(visitors, '/panel');
  await page.getByRole('main').getByText(name).first().waitFor();
  await menuTo(page, 'Channels');
  const row = rowOf(page, name);
  await row.getByText('Switched off by itself').waitFor();
  await row.getByRole('link', { name }).click();
  await page.getByRole('main').getByText('upstream_auth_failed: ').first().waitFor();
  await menuTo(page, 'Channels');

  const toggle = row.getByRole('switch', { name: `“${name}” is on` });
  await toggle.click();
  await notice(page, `“${name}” is on`).waitFor();
  await row.getByText('On', { exact: true }).waitFor();
  await toggle.click();
  await notice(page, `“${name}” is off`).waitFor();
  await row.getByText('Off', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await row.getByText('On', { exact: true }).waitFor();
  assert.equal(await toggle.isChecked(), true);
});

scenario('several channels are switched, tagged and deleted at once, each with a way back', async (visitors) => {
  const names = ['one of three', 'two of three', 'three of three'];
  for (const name of names) await site.root.addChannel(OPENAI, name, site.provider.url, ['of-three'], UPSTREAM_KEY);
  const page = await visit(visitors, '/panel/channels?f.name=contains:of%20three');
  const undo = () => page.getByRole('button', { name: 'Undo' }).last().click();
  const bulk = page.getByRole('region', { name: 'Selection' });
  const statuses = async () => (await site.root.do('GET', '/api/channel/?page=1&size=10&filter_tag=3&name=of%20three')).data.map(({ status, tag }) => `${status}${tag}`);

  await rowOf(page, names[0]).waitFor();
  await page.getByRole('checkbox', { name: 'Select all rows of this page' }).check();
  await bulk.getByRole('button', { name: 'Switch off' }).click();
  await notice(page, '3 channels are off').waitFor();
  assert.deepEqual(await statuses(), ['2', '2', '2']);
  await undo();
  await rowOf(page, names[2]).getByText('On', { exact: true }).waitFor();

  await bulk.getByRole('button', { name: 'Tag' }).click();
  await page.getByRole('textbox', { name: 'Tag' }).fill('three');
  await page.getByRole('button', { name: 'Save' }).click();
  await notice(page, 'The tag of 3 channels is changed').waitFor();
  assert.deepEqual(await statuses(), ['1three', '1three', '1three']);
  await undo();
  await notice(page, 'Undone').first().waitFor();

  await bulk.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await notice(page, '3 channels are deleted').waitFor();
  await rowOf(page, names[0]).waitFor({ state: 'hidden' });
  await undo();
  for (const name of names) await rowOf(page, name).waitFor();
  assert.deepEqual(await statuses(), ['1', '1', '1']);
});

scenario('the test of all channels says of each how it went', async (visitors) => {
  await site.root.addChannel(OPENAI, 'that fails its test', site.provider.url, ['refused-too'], 'not the key either');
  const page = await visit(visitors, '/panel/channels');
  await page.getByRole('button', { name: 'Test all' }).click();
  const dialog = page.getByRole('dialog', { name: 'Test all channels' });
  await dialog.getByRole('button', { name: 'Test all' }).click();
  await dialog.getByText('that fails its test').waitFor();
  await dialog.getByText("the provider refused the gateway's credentials").first().waitFor();
  await dialog.getByText(/(\d+) of \1 tested/).waitFor();
});

scenario('the check of a channel asks each chosen model and says how it went', async (visitors) => {
  const name = 'with several models';
  await site.root.addChannel(OPENAI, name, site.provider.url, ['checked-a', 'checked-b', 'not-asked'], UPSTREAM_KEY);
  const page = await visit(visitors, '/panel/channels');
  await chooseRowAction(page, name, 'Check models');
  const dialog = page.getByRole('dialog', { name: `Check the models of “${name}”` });
  await dialog.getByRole('checkbox', { name: 'not-asked' }).uncheck();
  site.provider.forget();
  site.provider.answerBy(({ body }) => (body.model === 'checked-b' ? { status: 404, error: { type: 'invalid_request_error', message: 'no model of this name', code: 'model_not_found' } } : { text: 'Yes.' }));
  await dialog.getByRole('button', { name: 'Check 2 models' }).click();
  await dialog.getByText('2 of 2 tested, 1 failed').waitFor();
  site.provider.answerBy(null);
  const result = (model) => dialog.getByRole('listitem').filter({ hasText: model });
  await result('checked-a').getByText('Answered').waitFor();
  await result('checked-b').getByText('no model of this name').waitFor();
  assert.deepEqual(site.provider.calls.map(({ body }) => body.model), ['checked-a', 'checked-b']);
});

scenario('a change that somebody else overtook shows both versions, and saves what is chosen', async (visitors) => {
  const { id } = await site.root.addChannel(OPENAI, 'changed by two', site.provider.url, ['gpt-e2e'], UPSTREAM_KEY);
  const visitor = await visitors.arrive(site.url, { as: site.operator });
  visitor.watch.expect(409, /^\/api\/channel\/$/);
  visitor.watch.expect('refused', /^\/api\/channel\/$/);
  const page = await visitor.open(`/panel/channels/${id}/edit`);
  await page.getByLabel('Name', { exact: false }).first().fill('mine');
  await page.getByRole('spinbutton', { name: 'Weight' }).or(page.getByRole('textbox', { name: 'Weight' })).fill('7');
  await site.root.do('PUT', '/api/channel/', { id, name: 'theirs', priority: 3 });

  await saveReviewed(page);
  await page.getByText('Somebody else changed this while you were at it.').waitFor();
  const name = page.getByRole('radiogroup', { name: 'Name' });
  await name.getByRole('radio', { name: 'Yours: mine' }).waitFor();
  await name.getByRole('radio', { name: "The other's: theirs" }).check();
  await page.getByRole('button', { name: 'Go on with these' }).click();
  assert.equal(await page.getByLabel('Name', { exact: false }).first().inputValue(), 'theirs');
  await saveReviewed(page);
  await heading(page, 'theirs').waitFor();
  const saved = await site.root.do('GET', `/api/channel/${id}`);
  assert.deepEqual([saved.name, saved.priority, saved.weight], ['theirs', 3, 7]);
});
