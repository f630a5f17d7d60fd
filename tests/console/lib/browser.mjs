// Chromium, and what a test does with it: one test is one or more visitors, each with cookies and storage of its own.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { Watch } from './watch.mjs';

export const RESULTS = join(import.meta.dirname, '../../../build/results');

const FLAGS = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const PATIENCE_MS = 15_000; // a page on a busy machine

let browser;
before(async () => {
  // Its sandbox does not start as root, as containers for tests run; what it shows is ours alone.
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', chromiumSandbox: false, args: FLAGS });
});
after(() => browser?.close());

/** Somebody with a browser: cookies, storage and tabs are shared with no other visitor. */
class Visitor {
  constructor(context, watch, url) {
    this.context = context;
    this.watch = watch;
    this.url = url;
  }

  /** Opens a tab. */
  async open(path) {
    const page = await this.context.newPage();
    await page.goto(this.url + path);
    return page;
  }
}

export class Visitors {
  #all = [];

  /**
   * @param url of the gateway.
   * @param {{as?: import('../../e2e/lib/admin.mjs').Admin, size?: {width: number, height: number}, language?: string}}
   *   [options]  as: whose session it is; by default a guest.
   */
  async arrive(url, { as, size = { width: 1280, height: 900 }, language = 'en-US' } = {}) {
    const context = await browser.newContext({ viewport: size, locale: language, colorScheme: 'light', reducedMotion: 'reduce' });
    context.setDefaultTimeout(PATIENCE_MS);
    const watch = new Watch(context, url);
    const visitor = new Visitor(context, watch, url);
    this.#all.push(visitor);
    await watch.start(context);
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: url });
    if (as) await context.addCookies(as.cookies.map(([name, value]) => ({ name, value, url })));
    return visitor;
  }

  get problems() {
    return [...new Set(this.#all.flatMap(({ watch }) => watch.problems))];
  }

  /** Keeps what is on the screen of a failed test. */
  async keepPictures(name) {
    const folder = join(RESULTS, 'console-failures');
    mkdirSync(folder, { recursive: true });
    const pages = this.#all.flatMap(({ context }) => context.pages());
    const file = name.replaceAll(/[^\w]+/g, '-').slice(0, 80);
    await Promise.allSettled(pages.map((page, index) => page.screenshot({ path: join(folder, `${file}-${index}.png`), timeout: 5_000 })));
  }

  async leave() {
    await Promise.allSettled(this.#all.map(({ context }) => context.close()));
  }
}

/** A test of what a visitor sees and does. It fails, too, if a page did what no page may do. */
export function scenario(name, run) {
  test(name, async () => {
    const visitors = new Visitors();
    try {
      await run(visitors);
    } catch (failure) {
      await visitors.keepPictures(name);
      if (visitors.problems.length === 0) throw failure;
      throw new Error([failure.message, ...visitors.problems].join('\n'), { cause: failure });
    } finally {
      await visitors.leave();
    }
    assert.deepEqual(visitors.problems, [], 'the pages misbehaved');
  });
}
