// The log as a histogram: what failed is seen, and a stretch of time is looked at more closely by marking it.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { OPENAI } from '../e2e/lib/stack.mjs';
import { scenario } from './lib/browser.mjs';
import { callModel, failedRow, startSite } from './lib/site.mjs';

let site;
before(async () => {
  site = await startSite();
});
after(() => site?.stop());

scenario('the histogram shows the calls of the list, failed ones apart, and narrows the time to what is marked', async (visitors) => {
  await site.root.addChannel(OPENAI, 'that refuses', site.provider.url, ['refused-model'], 'not the key');
  await site.root.setPrice('refused-model', 1, 1);
  for (const model of ['gpt-e2e', 'gpt-e2e', 'refused-model']) await callModel(site, { model });
  await failedRow(site.root);

  const page = await (await visitors.arrive(site.url, { as: site.operator })).open('/panel/requests?range=15m&f.token=is:e2e');
  const chart = page.getByRole('figure').filter({ has: page.getByRole('img', { name: 'Chart: Requests over time' }) });
  await chart.getByText('As a table').click();
  const figures = await chart.getByRole('table').getByRole('row').evaluateAll((rows) => rows.slice(1).map((row) => [...row.querySelectorAll('td')].map((cell) => Number(cell.textContent))));
  const sums = figures.reduce(([answered, failed], [a, f]) => [answered + a, failed + f], [0, 0]);
  assert.deepEqual(sums, [2, 1]);

  const plot = await chart.locator('.u-over').boundingBox();
  const middle = plot.y + plot.height / 2;
  await page.mouse.move(plot.x + plot.width * 0.1, middle);
  await page.mouse.down();
  await page.mouse.move(plot.x + plot.width * 0.5, middle, { steps: 4 });
  await page.mouse.up();
  await page.waitForURL(/[?&]from=\d+&to=\d+/);
  const params = new URL(page.url()).searchParams;
  const seconds = Number(params.get('to')) - Number(params.get('from'));
  assert.ok(seconds > 5 * 60 && seconds < 7 * 60, `${seconds} s of 15 minutes were marked`);
  await page.getByText('Nothing matches').waitFor();
  await page.goBack();
  await page.getByRole('link', { name: 'gpt-e2e' }).first().waitFor();
});
