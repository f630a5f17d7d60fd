// What is protected asks for the password once more, in place.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { ROOT_PASSWORD } from '../e2e/lib/gateway.mjs';
import { startStack } from '../e2e/lib/stack.mjs';
import { settled } from './lib/actions.mjs';
import { scenario } from './lib/browser.mjs';
import { NO_LIMITS } from './lib/site.mjs';

let site;
before(async () => {
  site = await startStack({ settings: { ...NO_LIMITS, 'session.ask_password_after': '3s' } });
  await site.admin.do('POST', '/api/setup/done');
  await site.admin.addUser('bob', 'default', 50_000);
});
after(() => site?.stop());

const passwordDialog = (page) => page.getByRole('dialog', { name: 'Confirm with your password' });

async function givePassword(page, password = ROOT_PASSWORD) {
  await passwordDialog(page).getByLabel(/^Password/).fill(password);
  await passwordDialog(page).getByRole('button', { name: 'Confirm' }).click();
}

/** Looks again until the sign-in is old enough. */
async function whenAsked(page, button) {
  for (const end = Date.now() + 30_000; ; ) {
    await settled(page);
    if (await button.first().isVisible()) return;
    assert.ok(Date.now() < end, 'the password was never asked for');
    await page.reload();
  }
}

scenario('a key is shown after the password was given, and only then', async (visitors) => {
  const visitor = await visitors.arrive(site.url, { as: site.admin });
  const page = await visitor.open('/panel/tokens');
  const show = page.getByRole('button', { name: /^Show the key of e2e/ });
  await whenAsked(page, show);
  await show.click();
  visitor.watch.expect('refused', /^\/api\/user\/self\/prove$/);
  await givePassword(page, 'not this one');
  await passwordDialog(page).getByRole('alert').waitFor();
  await givePassword(page);
  await passwordDialog(page).waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: /^Copy .*e2e/ }).waitFor();
});

scenario('a user is deleted after the password was given, and comes back by undoing', async (visitors) => {
  const visitor = await visitors.arrive(site.url, { as: site.admin });
  const page = await visitor.open('/panel/tokens');
  await whenAsked(page, page.getByRole('button', { name: /^Show the key of/ }));
  await page.goto(`${site.url}/panel/users`);
  const row = page.getByRole('row').filter({ hasText: 'bob' });
  await row.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('alertdialog').getByRole('textbox').fill('bob');
  visitor.watch.expect('refused', /^\/api\/user\/\d+$/);
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await givePassword(page);
  await page.getByText('The user bob is deleted').waitFor();
  await row.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await row.waitFor();
});
