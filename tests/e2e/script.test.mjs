// What an operator's script for one-hub does, call by call: its paths, its bodies, its cookie.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ROOT_PASSWORD, startGateway } from './lib/gateway.mjs';
import { startProvider, UPSTREAM_KEY } from './lib/provider.mjs';

let gateway;
let provider;
let cookie = '';

before(async () => {
  provider = await startProvider();
  gateway = await startGateway();
});
after(async () => {
  await gateway?.stop();
  provider?.close();
});

async function api(method, path, body) {
  const answer = await fetch(gateway.url + path, {
    method,
    headers: { 'Content-Type': 'application/json', Cookie: cookie },
    body: body && JSON.stringify(body),
  });
  const set = answer.headers.get('set-cookie');
  if (set) [cookie] = set.split(';');
  assert.equal(answer.status, 200, path);
  return answer.json();
}

test('without a session nothing is told', async () => {
  for (const path of ['/api/channel/', '/api/token/', '/api/log/', '/api/user/self', '/api/option/']) {
    const answer = await fetch(gateway.url + path);
    const { success, message, data } = await answer.json();
    assert.equal(answer.status, 401, path);
    assert.equal(success, false);
    assert.ok(message.length > 0);
    assert.equal(data, undefined);
  }
});

test('a wrong password is refused in the envelope', async () => {
  const answer = await api('POST', '/api/user/login', { username: 'root', password: 'wrong' });
  assert.equal(answer.success, false);
  assert.ok(answer.message.length > 0);
  assert.equal(cookie, '');
});

test('the status page says what the predecessors said', async () => {
  const { success, data } = await api('GET', '/api/status');
  assert.equal(success, true);
  for (const member of ['version', 'start_time', 'system_name', 'quota_per_unit', 'display_in_currency', 'email_verification']) {
    assert.ok(member in data, member);
  }
});

test('sign in, add a channel, make a token, call the model, read the log', async () => {
  const login = await api('POST', '/api/user/login', { username: 'root', password: ROOT_PASSWORD });
  assert.deepEqual({ success: login.success, message: login.message }, { success: true, message: '' });
  assert.equal(login.data.username, 'root');
  assert.equal(login.data.role, 100);
  assert.equal(login.data.password, '');
  assert.ok(cookie.length > 0);

  const made = await api('POST', '/api/channel/', {
    type: 1,
    key: UPSTREAM_KEY,
    name: 'my provider',
    base_url: provider.url,
    models: 'gpt-4o,my-model',
    group: 'default',
    groups: ['default'],
    model_mapping: '',
    other: '',
    test_model: 'gpt-4o',
    weight: 1,
    priority: 0,
    tag: '',
    only_chat: false,
    plugin: {},
    model_headers: '',
    custom_parameter: '',
    proxy: '',
    pre_cost: 1,
    compatible_response: false,
    allow_extra_body: false,
    disabled_stream: [],
  });
  assert.deepEqual({ success: made.success, message: made.message }, { success: true, message: '' });

  const channels = await api('GET', '/api/channel/?page=1&size=10');
  const channel = channels.data.data.find((row) => row.name === 'my provider');
  assert.equal(channel.key, '', 'a list shows no keys');
  assert.equal(channel.status, 1);
  const shown = await api('GET', `/api/channel/${channel.id}`);
  assert.equal(shown.data.key, UPSTREAM_KEY);

  const tested = await api('GET', `/api/channel/test/${channel.id}`);
  assert.equal(tested.success, true, tested.message);
  assert.equal(typeof tested.time, 'number');

  const token = await api('POST', '/api/token/', {
    name: 'my token',
    remain_quota: 500000,
    expired_time: -1,
    unlimited_quota: false,
    group: '',
    backup_group: '',
    setting: { heartbeat: { enabled: false, timeout_seconds: 30 }, limits: { limit_model_setting: { enabled: false, models: [] }, limits_ip_setting: { enabled: false, whitelist: [] } } },
  });
  assert.equal(token.success, true, token.message);
  const tokens = await api('GET', '/api/token/?page=1&size=10');
  const mine = tokens.data.data.find((row) => row.name === 'my token');
  assert.match(mine.key, /^[A-Za-z0-9]{48}$/);

  provider.forget();
  provider.reply({ text: 'Hello, script.', usage: { input: 1000, output: 100 } });
  const called = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer sk-${mine.key}` },
    body: JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello' }] }),
  });
  assert.equal(called.status, 200, await called.clone().text());
  assert.equal((await called.json()).choices[0].message.content, 'Hello, script.');
  assert.equal(provider.last.headers.authorization, `Bearer ${UPSTREAM_KEY}`);

  const cost = 1000 * 2.5 + 100 * 7.5; // the built-in list's ratios
  let row;
  for (const until = Date.now() + 10_000; !row && Date.now() < until; await new Promise((next) => setTimeout(next, 20))) {
    const log = await api('GET', '/api/log/?page=1&size=10&log_type=2&token_name=my%20token');
    row = log.data.data[0];
  }
  assert.ok(row, 'the log has no row of the call');
  assert.equal(row.model_name, 'gpt-4o');
  assert.equal(row.token_name, 'my token');
  assert.equal(row.username, 'root');
  assert.equal(row.channel_id, channel.id);
  assert.equal(row.prompt_tokens, 1000);
  assert.equal(row.completion_tokens, 100);
  assert.equal(row.quota, cost);
  assert.equal(row.is_stream, false);

  const own = await api('GET', '/api/log/self?page=1&size=10&log_type=2&token_name=my%20token');
  assert.equal(own.data.data[0].quota, cost);
  const stat = await api('GET', '/api/log/stat?token_name=my%20token');
  assert.equal(stat.data.quota, cost);
  const after = (await api('GET', `/api/token/${mine.id}`)).data;
  assert.equal(after.remain_quota, 500000 - cost);
  assert.equal(after.used_quota, cost);
  const billing = await fetch(`${gateway.url}/v1/dashboard/billing/usage`, { headers: { Authorization: `Bearer sk-${mine.key}` } });
  assert.equal(billing.status, 200);
  assert.equal((await billing.json()).total_usage, (cost / 500000) * 100);
});

test('a model without a price is refused, and served once it has one', async () => {
  const [mine] = (await api('GET', '/api/token/?page=1&size=10&keyword=my')).data.data;
  const call = () =>
    fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer sk-${mine.key}` },
      body: JSON.stringify({ model: 'my-model', messages: [{ role: 'user', content: 'Hello' }] }),
    });
  const refused = await call();
  assert.equal(refused.status, 503);
  assert.equal((await refused.json()).error.code, 'model_price_missing');
  const priced = await api('POST', '/api/prices/single', { model: 'my-model', type: 'tokens', channel_type: 1, input: 1.5, output: 3 });
  assert.equal(priced.success, true, priced.message);
  assert.equal((await call()).status, 200);
});

test('a change counts for the very next call', async () => {
  const [mine] = (await api('GET', '/api/token/?page=1&size=10&keyword=my')).data.data;
  const call = () =>
    fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer sk-${mine.key}` },
      body: JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello' }] }),
    });
  assert.equal((await call()).status, 200);
  assert.equal((await api('PUT', '/api/token/?status_only=true', { id: mine.id, status: 2 })).success, true);
  assert.equal((await call()).status, 401);
  assert.equal((await api('PUT', '/api/token/?status_only=true', { id: mine.id, status: 1 })).success, true);
  assert.equal((await call()).status, 200);
  assert.equal((await api('DELETE', `/api/token/${mine.id}`)).success, true);
  assert.equal((await call()).status, 401);
});

test('signing out ends the session', async () => {
  const kept = cookie;
  assert.equal((await api('GET', '/api/user/logout')).success, true);
  cookie = kept;
  const answer = await fetch(`${gateway.url}/api/user/self`, { headers: { Cookie: kept } });
  assert.equal(answer.status, 401);
});

test('no secret is in the log of the process', async () => {
  const log = gateway.log();
  for (const secret of [UPSTREAM_KEY, ROOT_PASSWORD, gateway.rootKey.slice(3)]) assert.ok(!log.includes(secret));
});
