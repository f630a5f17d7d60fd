// Every page on every size of screen, in both languages: nothing runs out of the window, no heading or button is cut, and
// tables show all their columns where there is room.
// The pictures are kept in build/results/console-screenshots, to be looked at.
import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { RESULTS, scenario } from './lib/browser.mjs';
import { layoutFaults } from './lib/layout.mjs';
import { show, startSiteWithPages } from './lib/pages.mjs';

const FOLDER = join(RESULTS, 'console-screenshots');
const WIDTHS = [360, 768, 1280, 1920];
const LANGUAGES = ['en', 'zh-CN'];
const heightFor = (width) => (width < 600 ? 740 : 1000);

let site;
before(async () => {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  site = await startSiteWithPages();
});
after(() => site?.stop());

async function faultsAtEveryWidth(page, name, language) {
  const found = [];
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: heightFor(width) });
    for (const fault of await layoutFaults(page)) found.push(`${name}, ${width} px, ${language}: ${fault}`);
    await page.screenshot({ path: join(FOLDER, `${name}-${language}-${width}.png`) });
  }
  return found;
}

for (const language of LANGUAGES) {
  scenario(`pages fit every screen in ${language}`, async (visitors) => {
    const visitor = await visitors.arrive(site.url, { as: site.root, language });
    const page = await visitor.context.newPage();
    const found = [];
    for (const { name, address } of site.pages) {
      await show(page, site.url + address);
      found.push(...(await faultsAtEveryWidth(page, name, language)));
    }
    assert.deepEqual(found, []);
  });

  scenario(`the page to sign in, and a user's overview, fit every screen in ${language}`, async (visitors) => {
    const guest = await (await visitors.arrive(site.url, { language })).open('/login');
    await guest.locator('main h1').waitFor();
    const user = await (await visitors.arrive(site.url, { as: site.user, language })).context.newPage();
    await show(user, `${site.url}/panel`);
    const found = [...(await faultsAtEveryWidth(guest, 'login', language)), ...(await faultsAtEveryWidth(user, 'overview-of-user', language))];
    assert.deepEqual(found, []);
  });
}
