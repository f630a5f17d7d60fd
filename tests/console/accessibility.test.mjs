// axe finds no violation of WCAG 2.2 AA on any page, in either theme.
import assert from 'node:assert/strict';
import axe from 'axe-core';
import { after, before } from 'node:test';
import { scenario } from './lib/browser.mjs';
import { show, startSiteWithPages } from './lib/pages.mjs';

const RULES = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'] };

let site;
before(async () => {
  site = await startSiteWithPages();
});
after(() => site?.stop());

async function violations(page, scheme) {
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
  await page.waitForFunction((dark) => (getComputedStyle(document.body).backgroundColor.match(/\d+/g)[0] < 128) === dark, scheme === 'dark');
  await still(page);
  const result = await page.evaluate((rules) => globalThis.axe.run(document, rules), RULES);
  return result.violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${scheme}: ${id}: ${target.join(' ')}: ${failureSummary}`));
}

/** Waits until colours have stopped changing: however short, that goes from an element to those in it, one after the other. */
function still(page) {
  return page.evaluate(async () => {
    for (let quiet = 0; quiet < 5; ++quiet) {
      await new Promise(requestAnimationFrame);
      if (document.getAnimations().some((animation) => animation instanceof CSSTransition)) quiet = 0;
    }
  });
}

async function audit(page) {
  await page.evaluate(axe.source);
  return [...(await violations(page, 'light')), ...(await violations(page, 'dark'))];
}

scenario('the page to sign in has no violation', async (visitors) => {
  const page = await (await visitors.arrive(site.url)).open('/login');
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  assert.deepEqual(await audit(page), []);
});

scenario('no page has a violation', async (visitors) => {
  const visitor = await visitors.arrive(site.url, { as: site.root });
  const page = await visitor.context.newPage();
  const found = [];
  for (const { name, address } of site.pages) {
    await show(page, site.url + address);
    for (const violation of await audit(page)) found.push(`${name}: ${violation}`);
  }
  assert.deepEqual(found, []);
});

scenario("a user's overview, the menu on a phone and the palette have no violation", async (visitors) => {
  const visitor = await visitors.arrive(site.url, { as: site.user, size: { width: 360, height: 740 } });
  const page = await visitor.context.newPage();
  await show(page, `${site.url}/panel`);
  assert.deepEqual(await audit(page), []);
  await page.getByRole('button', { name: 'Open the menu' }).click();
  await page.getByRole('navigation', { name: 'Main menu' }).waitFor();
  assert.deepEqual(await audit(page), []);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Search or go to…' }).click();
  await page.getByRole('combobox', { name: 'Search' }).fill('token');
  assert.deepEqual(await audit(page), []);
});
