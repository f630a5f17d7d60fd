// The playground: answers stream in, can be stopped, and survive what happens to the gateway.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { startGateway } from '../e2e/lib/gateway.mjs';
import { Admin } from '../e2e/lib/admin.mjs';
import { heading } from './lib/actions.mjs';
import { scenario } from './lib/browser.mjs';
import { NO_LIMITS, startSite } from './lib/site.mjs';

let site;
before(async () => {
  site = await startSite();
});
after(async () => {
  await site?.gateway.stop(); // which is another one by then
  site?.provider.close();
});

const conversation = (page) => page.getByRole('log', { name: 'Conversation' });

async function openPlayground(visitor) {
  const page = await visitor.open('/panel/playground?model=gpt-e2e');
  await heading(page, 'Playground').waitFor();
  return page;
}

async function ask(page, text) {
  await page.getByRole('textbox', { name: 'Message' }).fill(text);
  await page.getByRole('button', { name: 'Send' }).click();
}

scenario('an answer streams in, with its tokens, its cost and the way to the log', async (visitors) => {
  const page = await openPlayground(await visitors.arrive(site.url, { as: site.user }));
  site.provider.reply({ text: 'A **bold** answer, and `code`.', usage: { input: 100, output: 50 } });
  await ask(page, 'Hello');
  await conversation(page).getByText('bold', { exact: true }).waitFor();
  await conversation(page).getByText('100 tokens in, 50 out').waitFor();
  await conversation(page).getByText('$0.0005').waitFor(); // 100 + 3 × 50 quota
  await conversation(page).getByRole('link', { name: 'See it in the log' }).click();
  await heading(page, 'gpt-e2e').waitFor();
});

scenario('a stopped answer keeps what had come', async (visitors) => {
  const page = await openPlayground(await visitors.arrive(site.url, { as: site.user }));
  site.provider.reply({ text: 'It begins and then waits.', hangAfter: 2 });
  await ask(page, 'Hello');
  await conversation(page).getByText('It begins').waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  await conversation(page).getByText('Stopped.').waitFor();
  await conversation(page).getByText('It begins').waitFor();
  await ask(page, 'Go on');
  await conversation(page).getByText('Hello from the provider.').waitFor();
});

scenario('HTML in an answer stays text', async (visitors) => {
  const page = await openPlayground(await visitors.arrive(site.url, { as: site.user }));
  const text = '<img src=x onerror=alert(1)> <script>alert(2)</script> [link](javascript:alert(3)) ![picture](https://elsewhere.example/p.png)';
  site.provider.reply({ text });
  await ask(page, 'Hello');
  await conversation(page).getByText('<img src=x onerror=alert(1)>').waitFor();
  assert.equal(await conversation(page).locator('img, script, a[href^="javascript:"]').count(), 0);
});

scenario("a provider's error is shown in the conversation, with the request's id", async (visitors) => {
  const visitor = await visitors.arrive(site.url, { as: site.user });
  visitor.watch.expect(400, /^\/pg\/chat\/completions$/);
  const page = await openPlayground(visitor);
  site.provider.reply({ status: 400, error: { type: 'invalid_request_error', message: 'this prompt is not for me' } });
  await ask(page, 'Hello');
  const alert = conversation(page).getByRole('alert');
  await alert.getByText('this prompt is not for me').waitFor();
  await alert.getByText(/^Request /).waitFor();
});

scenario('a restart of the gateway in mid-stream is told, what had come stays, and the next answer comes', async (visitors) => {
  const user = await Admin.signIn(site.url, 'user', 'user-password-1');
  const visitor = await visitors.arrive(site.url, { as: user });
  visitor.watch.expect('network', /./);
  visitor.watch.expect(503, /./);
  const page = await openPlayground(visitor);
  site.provider.reply({ text: 'What had come before. And what never came.', hangAfter: 4 });
  await ask(page, 'Hello');
  await conversation(page).getByText('What had come before.').waitFor();
  await restart();
  await conversation(page).getByText('The answer broke off').waitFor();
  await conversation(page).getByText('What had come before.').waitFor();
  await ask(page, 'Again');
  await conversation(page).getByText('Hello from the provider.').waitFor();
});

/** Kills the gateway and starts it where it was, on its data. */
async function restart() {
  const { folder, pid, url } = site.gateway;
  process.kill(pid, 'SIGKILL');
  await site.gateway.ended;
  site.gateway = await startGateway({ folder, settings: { ...NO_LIMITS, port: new URL(url).port } });
}
