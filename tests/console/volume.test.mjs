// Thousands of channels and a log of many rows: lists answer at once, and scroll.
// VOLUME_CALLS: rows of the log (default: a million).
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before } from 'node:test';
import { promisify } from 'node:util';
import { Admin } from '../e2e/lib/admin.mjs';
import { BINARY, startGateway } from '../e2e/lib/gateway.mjs';
import { heading } from './lib/actions.mjs';
import { scenario } from './lib/browser.mjs';
import { NO_LIMITS } from './lib/site.mjs';

const CHANNELS = 5_000;
const CALLS = Number(process.env.VOLUME_CALLS ?? 1_000_000);
const MOST_MS = 300; // of the gateway's time, for one page of a list
const MOST_FRAME_MS = 50; // half of the frames while scrolling: single ones belong to whatever else the machine does

let gateway;
let root;
before(async () => {
  gateway = await startGateway({ settings: NO_LIMITS });
  await gateway.stop({ keep: true });
  await fill(gateway.folder);
  gateway = await startGateway({ settings: NO_LIMITS, folder: gateway.folder });
  root = await Admin.signIn(gateway.url);
});
after(() => gateway?.stop());

async function fill(folder) {
  const seed = join(dirname(BINARY), 'bench/seed');
  assert.ok(existsSync(seed), `${seed} is missing: scripts/build dev seed`);
  const nowhere = 'http://127.0.0.1:1';
  const counts = ['--users=1000', '--tokens=2000', `--channels=${CHANNELS}`, `--calls=${CALLS}`];
  await promisify(execFile)(seed, [`--data-dir=${join(folder, 'data')}`, `--provider=${nowhere}`, `--tls-provider=${nowhere}`, `--keys-out=${join(folder, 'keys')}`, ...counts]);
}

/** What the gateway takes for a call, the best of a few: what else runs on the machine is not its own time. */
async function timeOf(path) {
  let best = Infinity;
  for (let i = 0; i < 5; ++i) {
    const started = performance.now();
    await root.do('GET', path);
    best = Math.min(best, performance.now() - started);
  }
  return best;
}

const now = () => Math.floor(Date.now() / 1000);
const lists = [
  ['the first page of channels', () => '/api/channel/?page=1&size=100&order=-id'],
  ['the last page of channels', () => `/api/channel/?page=${CHANNELS / 100}&size=100&order=-id`],
  ['channels by name', () => '/api/channel/?page=1&size=100&name=499'],
  ['the newest requests', () => `/api/log/?size=100&count=false&start_timestamp=${now() - 30 * 86_400}&end_timestamp=${now()}`],
  ['the failed requests', () => `/api/log/?size=100&count=false&status=error&start_timestamp=${now() - 30 * 86_400}&end_timestamp=${now()}`],
  ['the requests of one channel', () => `/api/log/?size=100&count=false&channel_id=7&start_timestamp=${now() - 30 * 86_400}&end_timestamp=${now()}`],
  ['users', () => '/api/user/?page=1&size=100&order=-id'],
];

for (const [what, path] of lists) {
  scenario(`${what}: answered in time`, async () => {
    const tookMs = await timeOf(path());
    assert.ok(tookMs < MOST_MS, `it took ${Math.round(tookMs)} ms`);
  });
}

/** Scrolls a list to its end and back. @return the median of the times between two frames. */
function usualFrame(list) {
  return list.evaluate(async (table) => {
    const scroller = table.parentElement;
    const frame = () => new Promise(requestAnimationFrame);
    const step = scroller.clientHeight / 3;
    const times = [];
    let before = await frame();
    for (const direction of [1, -1]) {
      for (let moved = 0; moved < scroller.scrollHeight; moved += step) {
        scroller.scrollTop += direction * step;
        const at = await frame();
        times.push(at - before);
        before = at;
      }
    }
    return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
  });
}

for (const [name, path] of [
  ['Channels', '/panel/channels?size=100'],
  ['Requests', '/panel/requests?size=100&range=30d'],
]) {
  scenario(`${name}: a full page is shown, and scrolls smoothly`, async (visitors) => {
    const page = await (await visitors.arrive(gateway.url, { as: root })).open(path);
    await heading(page, name).waitFor();
    const table = page.getByRole('table', { name });
    await table.getByRole('row').nth(20).waitFor();
    const frame = await usualFrame(table);
    assert.ok(frame < MOST_FRAME_MS, `a frame took ${Math.round(frame)} ms`);
  });
}

scenario('all pages of channels are reached by their last one', async (visitors) => {
  const page = await (await visitors.arrive(gateway.url, { as: root })).open('/panel/channels?size=100');
  await page.getByRole('status').filter({ hasText: '1–100 of' }).waitFor();
  await page.getByRole('button', { name: 'Last page' }).click();
  await page.getByRole('status').filter({ hasText: /–([\d,]+) of \1$/ }).waitFor();
});
