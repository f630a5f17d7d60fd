// Without a mouse: sign in, make a token, find the request that failed.
import { after, before } from 'node:test';
import { ROOT_PASSWORD } from '../e2e/lib/gateway.mjs';
import { heading } from './lib/actions.mjs';
import { scenario } from './lib/browser.mjs';
import { callModel, startSite } from './lib/site.mjs';

const MOST_STOPS = 80; // of a key on one page

let site;
before(async () => {
  site = await startSite();
});
after(() => site?.stop());

/** Presses a key until what is named so, once it is there, has the focus. */
async function walkTo(page, key, target) {
  await target.first().waitFor();
  for (let stop = 0; stop < MOST_STOPS; ++stop) {
    if (await target.evaluateAll((elements) => elements.includes(document.activeElement))) return;
    await page.keyboard.press(key);
  }
  throw new Error(`the key ${key} does not lead to ${target}`);
}

const tabTo = (page, target) => walkTo(page, 'Tab', target);
const focused = (locator) => locator.and(locator.page().locator(':focus'));

async function goByPalette(page, text, name) {
  await page.keyboard.press('Control+k');
  await focused(page.getByRole('combobox', { name: 'Search' })).waitFor();
  await page.keyboard.type(text);
  await page.getByRole('option', { name, selected: true }).waitFor();
  await page.keyboard.press('Enter');
  await heading(page, name).waitFor();
}

async function signInByKeyboard(page) {
  await focused(page.getByLabel('User name or e-mail')).waitFor();
  await page.keyboard.type('root');
  await page.keyboard.press('Tab');
  await page.keyboard.type(ROOT_PASSWORD);
  await page.keyboard.press('Enter');
  await heading(page, 'Overview').waitFor();
}

async function makeToken(page, name) {
  await tabTo(page, page.getByRole('main').getByRole('link', { name: 'New token' }));
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('dialog').getByLabel('Name'));
  await page.keyboard.type(name);
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: `The key of ${name}` });
  await page.getByRole('dialog', { name: 'New token' }).waitFor({ state: 'detached' });
  await focused(dialog.getByRole('button', { name: 'I have stored it' })).waitFor();
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'hidden' });
}

async function filterByStatus(page, status) {
  await page.keyboard.press('/');
  await focused(page.getByRole('menuitem').first()).waitFor();
  await walkTo(page, 'ArrowDown', page.getByRole('menuitem', { name: 'Status' }));
  await page.keyboard.press('Enter');
  await focused(page.getByRole('combobox', { name: 'Value' })).waitFor();
  await page.keyboard.type(status);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('button', { name: 'Apply' }));
  await page.keyboard.press('Enter');
}

scenario('the keyboard alone signs in, makes a token and finds the failed request', async (visitors) => {
  site.provider.reply({ status: 400, error: { type: 'invalid_request_error', message: 'the one that failed' } });
  await callModel(site, { model: 'gpt-e2e' });
  await callModel(site, { model: 'gpt-e2e' });
  await site.root.logRow((row) => row.model_name === 'gpt-e2e', 'the calls');
  const page = await (await visitors.arrive(site.url)).open('/');

  await signInByKeyboard(page);
  await goByPalette(page, 'tokens', 'Tokens');
  await makeToken(page, 'by keyboard');
  await page.getByRole('row').filter({ hasText: 'by keyboard' }).waitFor();

  await goByPalette(page, 'requests', 'Requests');
  await filterByStatus(page, 'Failed');
  await page.getByRole('row').getByText('OK', { exact: true }).waitFor({ state: 'hidden' });
  await page.getByRole('row').filter({ hasText: 'Failed' }).waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await heading(page, 'gpt-e2e').waitFor();
  await page.getByText('upstream_rejected_request').first().waitFor();
});

scenario('the skip link leads past the menu, and the list of shortcuts opens', async (visitors) => {
  const page = await (await visitors.arrive(site.url, { as: site.root })).open('/panel/tokens');
  await heading(page, 'Tokens').waitFor();
  await page.keyboard.press('Tab');
  await focused(page.getByRole('button', { name: 'Skip to the page' })).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('main:focus').waitFor();
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
});
