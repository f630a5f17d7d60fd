// A newcomer's first minute: from the password that the start printed to a streamed answer, its price and its log row.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Admin } from '../e2e/lib/admin.mjs';
import { startGateway } from '../e2e/lib/gateway.mjs';
import { startProvider, UPSTREAM_KEY } from '../e2e/lib/provider.mjs';
import { fillPrice, heading, mainMenu, signIn, signOut } from './lib/actions.mjs';
import { scenario } from './lib/browser.mjs';
import { NO_LIMITS } from './lib/site.mjs';

const NEW_PASSWORD = 'a password of my own';
const A_MINUTE_MS = 60_000;

let provider;
let gateway;
before(async () => {
  provider = await startProvider();
  gateway = await startGateway({ settings: NO_LIMITS, env: { INITIAL_ROOT_PASSWORD: '', INITIAL_ROOT_TOKEN: '' } });
});
after(async () => {
  await gateway?.stop();
  provider?.close();
});

const printedPassword = () => gateway.said().match(/shown this once:\n\n\s+(\S+)\n/)[1];
const button = (page, name) => page.getByRole('main').getByRole('button', { name, exact: true });

async function setPassword(page) {
  await page.getByLabel(/^New password/).fill(NEW_PASSWORD);
  await page.getByLabel('The new password once more').fill(NEW_PASSWORD);
  await button(page, 'Change the password').click();
}

async function nameSite(page) {
  await page.getByLabel('Name of the site').fill('Gateway of the test');
  await button(page, 'Save and continue').click();
  await page.getByRole('banner').getByText('Gateway of the test').waitFor();
}

async function checkStorage(page) {
  await page.getByText(/^SQLite/).waitFor();
  await page.getByRole('main').getByRole('link', { name: 'Continue' }).click();
}

async function addProvider(page) {
  await page.getByRole('combobox', { name: 'Provider' }).fill('OpenAI');
  await page.getByRole('option', { name: 'OpenAI', exact: true }).click();
  await page.getByLabel('Address').fill(provider.url);
  await page.getByLabel('API key').fill('not the key');
  await button(page, "Fetch the provider's models").click();
  await page.getByText("The provider's models could not be read").waitFor();

  await page.getByLabel('API key').fill(UPSTREAM_KEY);
  await button(page, "Fetch the provider's models").click();
  await button(page, 'Choose none').click();
  await page.getByRole('checkbox', { name: 'gpt-e2e' }).click();
  await button(page, 'Test the key').click();
  await page.getByText('The provider answered after').waitFor();
  await button(page, 'Add the channel').click();
  await page.getByText('serves 1 model.').waitFor();
}

/** The step says that the model has no price, and leads there; the setup goes on where it was. */
async function setPrice(page) {
  await page.getByRole('link', { name: 'Set prices' }).click();
  await page.getByRole('tab', { name: 'Without a price (1)' }).click();
  await page.getByRole('row', { name: 'gpt-e2e' }).getByText('gpt-e2e').click();
  await fillPrice(page, { input: '2', output: '6' });
  await mainMenu(page).getByRole('link', { name: 'Setup' }).click();
}

async function makeToken(page) {
  await button(page, 'Make the token').click();
  const key = page.getByText(/^sk-\S{40,}$/);
  await page.getByRole('button', { name: "Copy the token's key" }).click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await key.textContent());
  await page.getByRole('main').getByRole('link', { name: 'Continue' }).click();
}

async function callModel(page) {
  await page.getByRole('combobox', { name: 'Model' }).fill('gpt-e2e');
  await page.getByRole('option', { name: 'gpt-e2e' }).click();
  await button(page, 'Send it').click();
  await page.getByText('Hello from the provider.').waitFor();
}

scenario('from the first start to a streamed answer takes less than a minute, and its log row has its price', async (visitors) => {
  const visitor = await visitors.arrive(gateway.url);
  visitor.watch.expect('refused', /^\/api\/channel\/provider_models_list$/); // the wrong key
  const started = Date.now();
  const page = await visitor.open('/');
  await page.getByText('This gateway has just been started for the first time.').waitFor();
  await signIn(page, { password: printedPassword() });
  await heading(page, 'Setup').waitFor();

  await setPassword(page);
  await nameSite(page);
  await checkStorage(page);
  await addProvider(page);
  await setPrice(page);
  await makeToken(page);
  await callModel(page);
  const tookMs = Date.now() - started;
  assert.ok(tookMs < A_MINUTE_MS, `it took ${tookMs} ms`);
  assert.equal(provider.last.body.stream, true);

  // 21 tokens in at $2 a million, 7 out at $6.
  await page.getByRole('main').getByText('$0.000084').waitFor();
  await page.getByRole('link', { name: 'See it in the log' }).click();
  await heading(page, 'gpt-e2e').waitFor();
  await page.getByRole('table', { name: 'Charge' }).getByText('$0.000084').first().waitFor();
});

scenario('what was typed in the setup survives a reload, and once put off it does not open by itself any more', async (visitors) => {
  const page = await (await visitors.arrive(gateway.url)).open('/');
  await signIn(page, { password: NEW_PASSWORD });
  await heading(page, 'Setup').waitFor();
  await page.getByRole('navigation', { name: 'Steps of the setup' }).getByRole('link', { name: 'Site' }).click();
  const name = page.getByLabel('Name of the site');
  await name.fill('A name that is not saved');
  page.on('dialog', (question) => question.accept()); // the browser asks, too
  await page.reload();
  assert.equal(await name.inputValue(), 'A name that is not saved');
  await page.getByRole('button', { name: 'Discard' }).click();
  assert.equal(await name.inputValue(), 'Gateway of the test');

  await page.getByRole('button', { name: 'Later' }).click();
  await heading(page, 'Overview').waitFor();
  await signOut(page);
  await signIn(page, { password: NEW_PASSWORD });
  await heading(page, 'Overview').waitFor();
  await page.getByRole('main').getByRole('link', { name: 'Go on' }).click();
  await heading(page, 'Setup').waitFor();
});

scenario('the printed password is of no use any more, and the setup does not open again once finished', async (visitors) => {
  const visitor = await visitors.arrive(gateway.url, { as: await Admin.signIn(gateway.url, 'root', NEW_PASSWORD) });
  const page = await visitor.open('/panel/setup/test');
  await button(page, 'Finish').click();
  await heading(page, 'Overview').waitFor();

  const later = await visitors.arrive(gateway.url);
  later.watch.expect(401, /^\/api\/user\/login$/);
  later.watch.expect('refused', /^\/api\/user\/login$/);
  const door = await later.open('/');
  await signIn(door, { password: printedPassword() });
  await door.getByRole('alert').waitFor();
  await signIn(door, { password: NEW_PASSWORD });
  await heading(door, 'Overview').waitFor();
});
