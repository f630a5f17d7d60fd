// Everybody sees the pages that their role opens, and is told so at the addresses of the others.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { heading, mainMenu } from './lib/actions.mjs';
import { scenario } from './lib/browser.mjs';
import { startSite } from './lib/site.mjs';

let site;
before(async () => {
  site = await startSite();
});
after(() => site?.stop());

const everybodys = ['Overview', 'Requests', 'Playground', 'Models', 'Connect', 'Tokens', 'Profile'];
const operators = ['Channels', 'Prices', 'Users', 'Groups'];
const roots = ['Settings', 'Setup'];
const addressOf = (name) => (name === 'Overview' ? '/panel' : `/panel/${name.toLowerCase()}`);

const roles = [
  { role: 'a user', session: () => site.user, sees: everybodys, closed: [...operators, ...roots] },
  { role: 'an administrator', session: () => site.operator, sees: [...everybodys, ...operators], closed: roots },
  { role: 'root', session: () => site.root, sees: [...everybodys, ...operators, ...roots], closed: [] },
];

for (const { role, session, sees, closed } of roles) {
  scenario(`${role} finds in the menu what that role may open`, async (visitors) => {
    const page = await (await visitors.arrive(site.url, { as: session() })).open('/panel');
    const links = mainMenu(page).getByRole('link');
    await links.first().waitFor();
    assert.deepEqual((await links.allTextContents()).toSorted(), sees.toSorted());
  });

  for (const name of closed) {
    scenario(`${role} is told at the address of ${name} what it takes, and no call is made that fails`, async (visitors) => {
      const page = await (await visitors.arrive(site.url, { as: session() })).open(addressOf(name));
      await heading(page, name).waitFor();
      await page.getByText('Not for this account').waitFor();
      await page.getByRole('link', { name: 'Go to the start' }).click();
      await heading(page, 'Overview').waitFor();
    });
  }
}

scenario('a user is told so at the addresses below a page, too', async (visitors) => {
  const page = await (await visitors.arrive(site.url, { as: site.user })).open('/panel/channels/new');
  await page.getByText('Not for this account').waitFor();
  for (const path of ['/panel/channels/1', '/panel/channels/1/edit', '/panel/groups/1/edit', '/panel/settings/relay']) {
    await page.goto(site.url + path);
    await page.getByText('Not for this account').waitFor();
  }
});

scenario('a guest has no menu, and is asked to sign in wherever they go', async (visitors) => {
  const page = await (await visitors.arrive(site.url)).open('/');
  for (const name of ['Overview', 'Channels', 'Settings']) {
    await page.goto(site.url + addressOf(name));
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    assert.equal(await mainMenu(page).count(), 0);
  }
});

scenario('an address without a page says so', async (visitors) => {
  const page = await (await visitors.arrive(site.url, { as: site.user })).open('/panel/no-such-page');
  await page.getByText('There is no page at this address').waitFor();
});

scenario("an address of one-hub's console leads to that page here", async (visitors) => {
  const page = await (await visitors.arrive(site.url, { as: site.root })).open('/panel/token');
  await heading(page, 'Tokens').waitFor();
  await page.goto(`${site.url}/panel/channel`);
  await heading(page, 'Channels').waitFor();
});
