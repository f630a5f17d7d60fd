// Whatever goes wrong between the console and the gateway: it says what, keeps what was typed, and another try works.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { ROOT_PASSWORD } from '../e2e/lib/gateway.mjs';
import { heading } from './lib/actions.mjs';
import { scenario } from './lib/browser.mjs';
import { startSite } from './lib/site.mjs';

let site;
before(async () => {
  site = await startSite();
});
after(() => site?.stop());

const REQUEST_ID = 'id-of-the-failed-call';
const json = { 'content-type': 'application/json', 'x-request-id': REQUEST_ID };
const answer = (status, body, headers = {}) => (route) => route.fulfill({ status, headers: { ...json, ...headers }, body: JSON.stringify(body) });
const refusal = (message, more = {}) => ({ success: false, message, ...more });

/** `outcome`: what the watch is told to expect. `shown`: what is on the page. */
const failures = [
  { name: '403', outcome: 403, fail: answer(403, refusal('no right')), shown: ['Your account may not do this.', 'no right', REQUEST_ID] },
  { name: '409', outcome: 409, fail: answer(409, refusal('changed meanwhile')), shown: ['Somebody else changed this', REQUEST_ID] },
  { name: '413', outcome: 413, fail: answer(413, refusal('too large')), shown: ['This is larger than the gateway takes.', REQUEST_ID] },
  { name: '429', outcome: 429, fail: answer(429, refusal('slow down'), { 'retry-after': '7' }), shown: ['Wait 7 seconds', REQUEST_ID] },
  { name: '500', outcome: 500, fail: answer(500, refusal('it broke')), shown: ['The gateway failed.', 'it broke', REQUEST_ID] },
  { name: '503', outcome: 503, fail: answer(503, refusal('no database')), shown: ['The gateway cannot answer just now', REQUEST_ID] },
  { name: 'a refusal in words', outcome: 'refused', fail: answer(200, refusal('not with these values')), shown: ['not with these values', REQUEST_ID] },
  {
    name: 'an answer that is broken off',
    fail: (route) => route.fulfill({ status: 200, headers: json, body: '{"success": tr' }),
    shown: ["The answer is not one of the gateway's.", REQUEST_ID],
  },
  {
    name: "a proxy's page",
    fail: (route) => route.fulfill({ status: 200, headers: { 'content-type': 'text/html' }, body: '<h1>Please sign in</h1>' }),
    shown: ["The answer is not one of the gateway's."],
  },
  { name: 'no network', outcome: 'network', fail: (route) => route.abort('connectionreset'), shown: ['The gateway cannot be reached.'] },
];

const TOKENS = /\/api\/token\/(\?.*)?$/;

async function failing(page, method, fail) {
  const handle = (route) => (route.request().method() === method ? fail(route) : route.continue());
  await page.route(TOKENS, handle);
  return () => page.unroute(TOKENS, handle);
}

async function visit(visitors, { outcome } = {}) {
  const visitor = await visitors.arrive(site.url, { as: site.user });
  if (outcome !== undefined) visitor.watch.expect(outcome, /^\/api\/token\/$/);
  const page = await visitor.open('/panel');
  await heading(page, 'Overview').waitFor();
  return page;
}

const openTokens = (page) => page.getByRole('navigation').getByRole('link', { name: 'Tokens' }).click();

async function shows(place, texts) {
  for (const text of texts) await place.getByText(text).first().waitFor();
}

for (const failure of failures) {
  scenario(`a list that meets ${failure.name} says so, and loads when tried again`, async (visitors) => {
    const page = await visit(visitors, failure);
    const mend = await failing(page, 'GET', failure.fail);
    await openTokens(page);
    const alert = page.getByRole('main').getByRole('alert');
    await shows(alert, ['Tokens: could not be loaded', ...failure.shown]);
    await mend();
    await alert.getByRole('button', { name: 'Try again' }).click();
    await shows(page.getByRole('main'), ['You have no token yet']);
  });

  scenario(`a form that meets ${failure.name} says so, keeps what was typed, and saves when tried again`, async (visitors) => {
    const page = await visit(visitors, failure);
    const name = `kept through ${failure.name}`.slice(0, 30);
    await openTokens(page);
    await page.getByRole('link', { name: 'New token' }).first().click();
    const form = page.getByRole('dialog', { name: 'New token' });
    await form.getByLabel('Name').fill(name);
    const mend = await failing(page, 'POST', failure.fail);
    await form.getByRole('button', { name: 'Create' }).click();
    await shows(form.getByRole('alert'), failure.shown);
    assert.equal(await form.getByLabel('Name').inputValue(), name);
    await mend();
    await form.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('dialog', { name: `The key of ${name}` }).waitFor();
    await removeTokens();
  });
}

/** So that the next list is empty again. */
async function removeTokens() {
  const { data } = await site.user.do('GET', '/api/token/?page=1&size=100');
  for (const { id } of data) await site.user.do('DELETE', `/api/token/${id}`);
}

scenario('a refused member is told beside its field, which keeps what was typed', async (visitors) => {
  const page = await visit(visitors, { outcome: 'refused' });
  await openTokens(page);
  await page.getByRole('link', { name: 'New token' }).first().click();
  await page.getByLabel('Name').fill('taken');
  await failing(page, 'POST', answer(200, refusal('this name is taken', { field: 'name' })));
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('textbox', { name: 'Name', description: 'this name is taken' }).waitFor();
  assert.equal(await page.getByLabel('Name').inputValue(), 'taken');
});

scenario('a list that meets 401 asks to sign in again, and loads then', async (visitors) => {
  const page = await visit(visitors, { outcome: 401 });
  const mend = await failing(page, 'GET', answer(401, refusal('not signed in')));
  await openTokens(page);
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
  await dialog.waitFor();
  await mend();
  await dialog.getByLabel(/^Password/).fill('user-password-1');
  await dialog.getByRole('button', { name: 'Sign in' }).click();
  await shows(page.getByRole('main'), ['You have no token yet']);
});

scenario('a list that loaded before stays when the next load fails', async (visitors) => {
  const visitor = await visitors.arrive(site.url, { as: site.root });
  visitor.watch.expect(500, /^\/api\/token\/$/);
  const page = await visitor.open('/panel/tokens');
  await page.getByRole('table').getByText('e2e').waitFor();
  await failing(page, 'GET', answer(500, refusal('it broke')));
  await page.getByRole('button', { name: 'Status' }).or(page.getByRole('button', { name: 'Name' })).first().click();
  await shows(page.getByRole('main').getByRole('alert'), ['The gateway failed.']);
});

scenario('too many sign-ins say how long to wait, and count it down', async (visitors) => {
  const visitor = await visitors.arrive(site.url);
  visitor.watch.expect(429, /^\/api\/user\/login$/);
  const page = await visitor.open('/login');
  await page.route('**/api/user/login', answer(429, refusal('slow down'), { 'retry-after': '2' }));
  await page.getByLabel('User name or e-mail').fill('root');
  await page.getByLabel(/^Password/).fill(ROOT_PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').getByText('You can try again in 1 second.').waitFor();
  await page.unroute('**/api/user/login');
  await page.getByRole('button', { name: 'Sign in' }).click(); // waits until it can be pressed
  await heading(page, 'Overview').waitFor();
});

scenario('a gateway that is away when the console starts says so, and starts when it is back', async (visitors) => {
  const visitor = await visitors.arrive(site.url, { as: site.user });
  visitor.watch.expect(503, /^\/api\/status$/);
  const page = await visitor.context.newPage();
  await page.route('**/api/status', answer(503, refusal('no database')));
  await page.goto(`${site.url}/panel`);
  await page.getByText('The console cannot start').waitFor();
  await page.unroute('**/api/status');
  await page.getByRole('button', { name: 'Try again' }).click();
  await heading(page, 'Overview').waitFor();
});
