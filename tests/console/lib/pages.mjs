// The console's pages, by the table that its routes are made of, and a gateway on which each has something to show.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OPENAI } from '../../e2e/lib/stack.mjs';
import { settled } from './actions.mjs';
import { callModel, failedRow, startSite } from './site.mjs';

/** Where each page is seen, and its dialogs that have an address; `shown` are the objects below. */
const ADDRESSES = {
  overview: () => ['/panel'],
  requests: () => ['/panel/requests', '/panel/requests?f.status=is:error'],
  requestDetail: (shown) => [`/panel/requests/${shown.request}`, `/panel/requests/${shown.failedRequest}`],
  playground: () => ['/panel/playground?model=gpt-e2e'],
  models: () => ['/panel/models', '/panel/models/gpt-e2e'],
  connect: (shown) => [`/panel/connect?token=${shown.token}`],
  tokens: (shown) => ['/panel/tokens', '/panel/tokens/new', `/panel/tokens/${shown.token}`],
  channels: () => ['/panel/channels'],
  channelNew: () => ['/panel/channels/new'],
  channelDetail: (shown) => [`/panel/channels/${shown.channel}`],
  channelEdit: (shown) => [`/panel/channels/${shown.channel}/edit`],
  prices: () => ['/panel/prices', '/panel/prices?view=unpriced', '/panel/prices/new'],
  users: (shown) => ['/panel/users', '/panel/users/new', `/panel/users/${shown.user}`],
  groups: () => ['/panel/groups', '/panel/groups/new'],
  settings: () => ['/panel/settings'],
  setup: () => ['password', 'site', 'storage', 'provider', 'token', 'test'].map((step) => `/panel/setup/${step}`),
  profile: () => ['/panel/profile'],
};

/** Pages beside the table's. */
const OTHER_PAGES = [{ name: 'notFound', address: '/panel/no-such-page' }];

function idsOfPages() {
  const table = readFileSync(join(import.meta.dirname, '../../../web/src/app/pages.ts'), 'utf8');
  return [...table.matchAll(/\bid: '(\w+)'/g)].map(([, id]) => id);
}

function addressesOf(id, shown) {
  const addresses = ADDRESSES[id];
  if (!addresses) throw new Error(`the tests know no address of the page '${id}': add it to ADDRESSES`);
  return addresses(shown);
}

const named = (id, addresses) => addresses.map((address, index) => ({ name: index === 0 ? id : `${id}-${index + 1}`, address }));

/** @return a gateway with traffic, and `pages`: the name and an address of every page, as root sees it. */
export async function startSiteWithPages() {
  const site = await startSite({ settings: { 'channel.auto_disable': 'true' } });
  const shown = await populate(site);
  return { ...site, pages: [...idsOfPages().flatMap((id) => named(id, addressesOf(id, shown))), ...OTHER_PAGES] };
}

/** Calls that succeed and fail, a channel that is off with a reason, a model without a price. */
async function populate(site) {
  const { root, provider, user } = site;
  await root.addChannel(OPENAI, 'refused by its provider', provider.url, ['refused-model', 'unpriced-model'], 'not the key');
  await root.setPrice('refused-model', 1, 1);
  const channel = await root.addChannel(OPENAI, 'a further channel', provider.url, ['gpt-e2e', 'further-model'], 'upstream-secret-key');
  const key = (await user.addToken('of the user')).key;
  for (let i = 0; i < 5; ++i) await callModel(site, { model: 'gpt-e2e' }, i % 2 ? key : undefined);
  await callModel(site, { model: 'claude-e2e' });
  await callModel(site, { model: 'refused-model' });
  const failed = await failedRow(root);
  const row = await root.logRow((each) => each.model_name === 'gpt-e2e', 'a call');
  return { request: row.request_id, failedRequest: failed.request_id, token: site.token.id, channel: channel.id, user: (await user.self()).id };
}

/** Shows an address in a tab, until it has all it shows. */
export async function show(page, url) {
  await page.goto(url);
  await settled(page);
}
