// The management API as a script written for one-hub uses it: a cookie from signing in, its paths and bodies.
import { ROOT_PASSWORD } from './gateway.mjs';

export class Admin {
  #url;
  #cookie = '';
  constructor(url) {
    this.#url = url;
  }

  /** Its session, for a browser: [name, value] each. */
  get cookies() {
    return this.#cookie.split('; ').map((cookie) => cookie.split(/=(.*)/s, 2));
  }

  /** One call. @return the parsed body, whatever it says. */
  async call(method, path, body) {
    const headers = { cookie: this.#cookie };
    if (body !== undefined) headers['content-type'] = 'application/json';
    const answer = await fetch(this.#url + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    const cookies = answer.headers.getSetCookie();
    if (cookies.length > 0) this.#cookie = cookies.map((cookie) => cookie.split(';')[0]).join('; ');
    const text = await answer.text();
    try {
      return JSON.parse(text);
    } catch {
      throw new Error(`${method} ${path}: ${answer.status}, not JSON: ${text.slice(0, 300)}`);
    }
  }

  /** One call that is to succeed. @return its `data`. */
  async do(method, path, body) {
    const answer = await this.call(method, path, body);
    if (answer.success !== true) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer.data;
  }

  static async signIn(url, username = 'root', password = ROOT_PASSWORD) {
    const admin = new Admin(url);
    await admin.do('POST', '/api/user/login', { username, password });
    return admin;
  }

  /** @param type  a provider's number: 1 OpenAI, 14 Anthropic. */
  async addChannel(type, name, baseUrl, models, key, group = 'default') {
    await this.do('POST', '/api/channel/', {
      type,
      key,
      name,
      base_url: baseUrl,
      models: models.join(','),
      group,
      groups: [group],
      model_mapping: '',
      other: '',
      test_model: models[0],
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
    return (await this.do('GET', `/api/channel/?page=1&size=100&name=${encodeURIComponent(name)}`)).data[0];
  }

  /** Lets a group call as often as it likes. */
  async liftRate(symbol) {
    const groups = await this.do('GET', '/api/user_group/?page=1&size=100');
    await this.do('PUT', '/api/user_group/', { ...groups.data.find((group) => group.symbol === symbol), api_rate: 60_000_000 });
  }

  /** A price by ratio: 1 is 2 dollars a million tokens, one quota a token. */
  async setPrice(model, input, output) {
    await this.do('POST', '/api/prices/single', { model, type: 'tokens', channel_type: 1, input, output, locked: true });
  }

  /** @return the token, with its key as clients send it. */
  async addToken(name, { quota = 0, setting = {}, ...rest } = {}) {
    const limits = { limit_model_setting: { enabled: false, models: [] }, limits_ip_setting: { enabled: false, whitelist: [] } };
    await this.do('POST', '/api/token/', {
      name,
      remain_quota: quota,
      expired_time: -1,
      unlimited_quota: quota === 0,
      group: '',
      backup_group: '',
      setting: { heartbeat: { enabled: false, timeout_seconds: 30 }, limits: { ...limits, ...setting } },
      ...rest,
    });
    const page = await this.do('GET', `/api/token/?page=1&size=100&keyword=${encodeURIComponent(name)}`);
    const token = page.data.find((row) => row.name === name);
    return { ...token, key: `sk-${token.key}` };
  }

  /** @return the user, signed in. */
  async addUser(username, group, quota) {
    const password = `${username}-password-1`;
    await this.do('POST', '/api/user/', { username, password, display_name: username });
    const page = await this.do('GET', `/api/user/?page=1&size=100&keyword=${username}`);
    const row = page.data.find((user) => user.username === username);
    await this.do('PUT', '/api/user/', { id: row.id, username, display_name: username, group });
    if (quota !== 0) await this.do('POST', `/api/user/quota/${row.id}`, { quota, remark: 'for a test' });
    return Admin.signIn(this.#url, username, password);
  }

  async self() {
    return this.do('GET', '/api/user/self');
  }

  /** The newest rows of the log, newest first. */
  async log(filter = '') {
    return (await this.do('GET', `/api/log/?page=1&size=100&log_type=2${filter}`)).data;
  }

  /** Waits until the log has a row that `matches`: charges reach the database a moment after the answer. */
  async logRow(matches, what = 'a row') {
    const until = Date.now() + 10_000;
    for (;;) {
      const row = (await this.log()).find(matches);
      if (row) return row;
      if (Date.now() > until) throw new Error(`the log never had ${what}`);
      await new Promise((next) => setTimeout(next, 20));
    }
  }
}
