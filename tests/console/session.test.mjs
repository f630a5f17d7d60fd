// How a session begins and ends, and what becomes of what was being typed.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { Admin } from '../e2e/lib/admin.mjs';
import { ROOT_PASSWORD } from '../e2e/lib/gateway.mjs';
import { heading, settled, signIn, signOut } from './lib/actions.mjs';
import { scenario } from './lib/browser.mjs';
import { startSite } from './lib/site.mjs';

let site;
before(async () => {
  site = await startSite();
});
after(() => site?.stop());

const sessionEnded = (page) => page.getByRole('dialog', { name: 'Your session has ended' });

scenario('a guest is asked to sign in, and lands where they were going', async (visitors) => {
  const page = await (await visitors.arrive(site.url)).open('/panel/tokens?size=50');
  await page.waitForURL('**/login?*');
  await signIn(page);
  await heading(page, 'Tokens').waitFor();
  assert.match(page.url(), /\/panel\/tokens\?size=50$/);
});

scenario('a wrong password is refused below the form, which keeps the name', async (visitors) => {
  const visitor = await visitors.arrive(site.url);
  visitor.watch.expect('refused', /^\/api\/user\/login$/);
  const page = await visitor.open('/login');
  await signIn(page, { password: 'not this one' });
  await page.getByRole('alert').getByText(/^Request /).waitFor();
  assert.equal(await page.getByLabel('User name or e-mail').inputValue(), 'root');
  await signIn(page);
  await heading(page, 'Overview').waitFor();
});

scenario('an address of another site is not gone to after signing in', async (visitors) => {
  const page = await (await visitors.arrive(site.url)).open('/login?next=https%3A%2F%2Felsewhere.example%2Fpanel');
  await signIn(page);
  await heading(page, 'Overview').waitFor();
  assert.equal(new URL(page.url()).origin, site.url);
});

scenario('a session that ends asks in place, and what was typed is saved after signing in again', async (visitors) => {
  const visitor = await visitors.arrive(site.url, { as: await Admin.signIn(site.url) });
  const page = await visitor.open('/panel/tokens/new');
  await page.getByLabel('Name').fill('typed before the end');
  await visitor.context.clearCookies();

  visitor.watch.expect(401, /^\/api\/token\//);
  visitor.watch.expect('refused', /^\/api\/user\/login$/);
  await page.getByRole('button', { name: 'Create' }).click();
  await sessionEnded(page).waitFor();
  await page.getByLabel(/^Password/).fill('not this one');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await sessionEnded(page).getByRole('alert').waitFor();
  await signInAgain(page);
  await page.getByRole('dialog', { name: 'The key of typed before the end' }).waitFor();
});

async function signInAgain(page) {
  const dialog = sessionEnded(page);
  await dialog.getByLabel(/^Password/).fill(ROOT_PASSWORD);
  await dialog.getByRole('button', { name: 'Sign in' }).click();
  await dialog.waitFor({ state: 'hidden' });
}

scenario('a session that the server ended asks in place, and the list loads after signing in again', async (visitors) => {
  const admin = await Admin.signIn(site.url);
  const visitor = await visitors.arrive(site.url, { as: admin });
  const page = await visitor.open('/panel');
  await heading(page, 'Overview').waitFor();
  await admin.do('GET', '/api/user/logout');

  visitor.watch.expect(401, /^\/api\//);
  await page.getByRole('link', { name: 'Tokens' }).first().click();
  await sessionEnded(page).waitFor();
  await signInAgain(page);
  await page.getByRole('table', { name: 'Tokens' }).getByText('e2e').waitFor();
});

scenario('signing out in one tab signs out the others', async (visitors) => {
  const visitor = await visitors.arrive(site.url, { as: await Admin.signIn(site.url) });
  const first = await visitor.open('/panel');
  const second = await visitor.open('/panel/tokens');
  await heading(second, 'Tokens').waitFor();
  await signOut(first);
  for (const page of [first, second]) await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await second.goto(`${site.url}/panel/tokens`);
  await second.waitForURL('**/login?*');
});

scenario('signing in again in one tab takes up the work of the others', async (visitors) => {
  const admin = await Admin.signIn(site.url);
  const visitor = await visitors.arrive(site.url, { as: admin });
  const pages = [await visitor.open('/panel/tokens'), await visitor.open('/panel/tokens')];
  for (const page of pages) await settled(page);
  await admin.do('GET', '/api/user/logout');

  visitor.watch.expect(401, /^\/api\//);
  for (const page of pages) {
    await page.getByRole('link', { name: 'Profile' }).first().click();
    await page.getByRole('link', { name: 'Groups' }).first().click();
    await sessionEnded(page).waitFor();
  }
  await signInAgain(pages[0]);
  await sessionEnded(pages[1]).waitFor({ state: 'hidden' });
  await heading(pages[1], 'Groups').waitFor();
});
