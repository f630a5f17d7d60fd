// Names that somebody chose to do harm, or that are merely unusual: they are text, and the page keeps its shape.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { UPSTREAM_KEY } from '../e2e/lib/provider.mjs';
import { OPENAI } from '../e2e/lib/stack.mjs';
import { saveReviewed, settled } from './lib/actions.mjs';
import { scenario } from './lib/browser.mjs';
import { layoutFaults } from './lib/layout.mjs';
import { startSite } from './lib/site.mjs';

const NAMES = {
  'a script': '<script>attacked = 1</script>',
  'an image with a handler': '"><img src=x onerror=attacked=1>',
  '10,000 characters': 'W'.repeat(10_000),
  'right-to-left text': '\u202eقناة عربية‏ (1)',
  emoji: '👩‍👩‍👧‍👦🏳️‍🌈 e\u0301\u0301\u0301\u0301\u0301',
};
const SIZES = [
  { width: 360, height: 740 },
  { width: 1280, height: 900 },
];

let site;
let channel;
before(async () => {
  site = await startSite();
  channel = await site.root.addChannel(OPENAI, 'renamed on its way', site.provider.url, ['gpt-e2e'], UPSTREAM_KEY);
});
after(() => site?.stop());

/** Lists and forms, and the members of answers that hold somebody's names. */
const places = () => [
  { path: '/panel/channels', api: /\/api\/channel\/\?/, members: ['name', 'tag', 'models', 'disabled_reason'] },
  { path: `/panel/channels/${channel.id}`, api: new RegExp(`/api/channel/${channel.id}$`), members: ['name', 'tag', 'models'] },
  { path: `/panel/channels/${channel.id}/edit`, api: new RegExp(`/api/channel/${channel.id}$`), members: ['name', 'tag', 'models'] },
  { path: '/panel/tokens', api: /\/api\/token\/\?/, members: ['name'] },
  { path: `/panel/tokens/${site.token.id}/edit`, api: new RegExp(`/api/token/(\\?|${site.token.id}$)`), members: ['name'] },
  { path: '/panel/users', api: /\/api\/user\/\?/, members: ['username', 'display_name'] },
];

function rename(value, members, name) {
  if (Array.isArray(value)) return value.map((item) => rename(item, members, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, members.includes(key) ? name : rename(item, members, name)]));
}

/** The gateway takes no name as long as this; another version of it might. */
async function serveNamed(page, { api, members }, name) {
  await page.route(api, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: rename(await response.json(), members, name) });
  });
}

/** Runs in the page: whether it shows the text, or has it in a field. */
function isShown(text) {
  const fields = [...document.querySelectorAll('input, textarea')];
  return document.body.textContent.includes(text) || fields.some((field) => field.value.includes(text));
}

for (const [what, name] of Object.entries(NAMES)) {
  scenario(`${what} as a name is text in lists and forms, and the page keeps its width`, async (visitors) => {
    const visitor = await visitors.arrive(site.url, { as: site.root });
    const found = [];
    for (const place of places()) {
      const page = await visitor.context.newPage();
      await serveNamed(page, place, name);
      await page.goto(site.url + place.path);
      await settled(page);
      await page.waitForFunction(isShown, name.slice(0, 20));
      for (const size of SIZES) {
        await page.setViewportSize(size);
        for (const fault of await layoutFaults(page)) found.push(`${place.path}, ${size.width} px: ${fault}`);
      }
      assert.equal(await page.evaluate(() => globalThis.attacked), undefined);
      await page.close();
    }
    assert.deepEqual(found, []);
  });
}

scenario('a name of 10,000 characters is refused beside its field, which keeps it', async (visitors) => {
  const visitor = await visitors.arrive(site.url, { as: site.root });
  visitor.watch.expect('refused', /^\/api\//);
  const page = await visitor.open(`/panel/channels/${channel.id}/edit`);
  const field = page.getByRole('textbox', { name: 'Name' }).first();
  await field.fill(NAMES['10,000 characters']);
  await saveReviewed(page);
  await page.getByRole('textbox', { name: 'Name', description: /must have at most 191 bytes/ }).waitFor();
  assert.equal((await field.inputValue()).length, 10_000);
});

scenario('names that the gateway takes come back as they were typed', async (visitors) => {
  const page = await (await visitors.arrive(site.url, { as: site.root })).open(`/panel/channels/${channel.id}/edit`);
  const name = `${NAMES['a script']} ${NAMES['right-to-left text']} ${NAMES.emoji}`;
  await page.getByRole('textbox', { name: 'Name' }).first().fill(name);
  await saveReviewed(page);
  await page.getByRole('heading', { level: 1, name }).waitFor();
  assert.equal((await site.root.do('GET', `/api/channel/${channel.id}`)).name, name);
});
