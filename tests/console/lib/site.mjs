// A gateway that has served calls already, with somebody of each role: what most tests visit.
import { startStack } from '../../e2e/lib/stack.mjs';

/** The limits by address are for many people; here one machine is all of them. */
export const NO_LIMITS = { 'global.critical_rate_limit': '1000000', 'global.web_rate_limit': '0', 'global.bad_key_rate_limit': '0' };

export async function startSite({ settings = {} } = {}) {
  const stack = await startStack({ settings: { ...NO_LIMITS, ...settings } });
  const { admin: root } = stack;
  await root.do('POST', '/api/setup/done'); // else root's first sign-in leads there
  const user = await root.addUser('user', 'default', 50_000_000);
  const operator = await root.addUser('operator', 'default', 0);
  await root.do('POST', '/api/user/manage', { username: 'operator', action: 'promote' });
  return { ...stack, root, operator, user };
}

/** One call of a model as a program makes it. @return the answer's status. */
export async function callModel(site, body, key = site.token.key) {
  const answer = await fetch(`${site.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [{ role: 'user', content: 'Hello' }], ...body }),
  });
  await answer.text();
  return answer.status;
}

/** @return the newest row of a call that failed, once the log has one. */
export async function failedRow(root) {
  for (const end = Date.now() + 10_000; ; await new Promise((next) => setTimeout(next, 20))) {
    const [row] = (await root.do('GET', '/api/log/?page=1&size=10&status=error')).data;
    if (row) return row;
    if (Date.now() > end) throw new Error('the log never had the failed call');
  }
}
