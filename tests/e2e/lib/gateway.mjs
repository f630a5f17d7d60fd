// Starts the gateway's real binary on a folder of its own and a free port.
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, openSync, closeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The gateway's program. */
export const BINARY = resolve(process.env.TOLLGATE_BINARY ?? join(import.meta.dirname, '../../../build/dev/tollgate'));
const START_MS = 60_000; // a build with sanitizers on a busy machine takes its time

export const ROOT_PASSWORD = 'root-password-1';

function randomKey() {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  return 'sk-' + Array.from({ length: 48 }, () => letters[randomInt(letters.length)]).join('');
}

/** What a binary with sanitizers reads. Nothing else of the environment may change what a test sees. */
function sanitizerOptions() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => /SAN_(OPTIONS|SYMBOLIZER_PATH)$/.test(name)));
}

/**
 * @param {{settings?: Record<string, string>, env?: Record<string, string>}} [options]
 *   settings: keys as in docs/settings.md. By default the gateway retries nothing and never rests a channel, so that
 *   what an SDK sees is what it made happen itself.
 *   folder: where an earlier one was stopped with `keep`; by default a new one.
 */
export async function startGateway({ settings = {}, env = {}, folder = mkdtempSync(join(tmpdir(), 'tollgate-e2e-')) } = {}) {
  const rootKey = randomKey();
  const all = {
    host: '127.0.0.1',
    port: '0',
    workers: '2',
    data_dir: join(folder, 'data'),
    'security.bcrypt_cost': '4',
    'journal.flush_interval': '20ms',
    'journal.min_free_bytes': '0',
    'relay.retries': '0',
    'relay.cooldown': '0',
    'relay.cooldown_max': '0',
    'relay.breaker_failures': '0',
    'global.api_rate_limit': '0',
    ...settings,
  };
  const logFile = join(folder, 'gateway.log');
  const log = openSync(logFile, 'a');
  const child = spawn(
    BINARY,
    Object.entries(all).map(([key, value]) => `--set=${key}=${value}`),
    {
      cwd: folder,
      stdio: ['ignore', 'pipe', log],
      env: { PATH: process.env.PATH, ...sanitizerOptions(), INITIAL_ROOT_PASSWORD: ROOT_PASSWORD, INITIAL_ROOT_TOKEN: rootKey, ...env },
    },
  );
  closeSync(log);
  const ended = new Promise((done) => child.once('exit', (code, signal) => done({ code, signal })));
  const readLog = () => readFileSync(logFile, 'utf8');
  const cleanUp = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', () => {
    child.kill('SIGKILL');
    cleanUp();
  });

  let said = '';
  const url = await new Promise((found, failed) => {
    const late = setTimeout(() => failed(new Error(`the gateway does not start:\n${said}${readLog()}`)), START_MS);
    child.once('error', failed);
    child.stdout.setEncoding('utf8').on('data', (text) => {
      said += text;
      const greeting = said.match(/ answers at (\S+)\n/);
      if (!greeting) return;
      clearTimeout(late);
      found(greeting[1]);
    });
    ended.then(({ code }) => {
      clearTimeout(late);
      failed(new Error(`the gateway ended with code ${code}:\n${said}${readLog()}`));
    });
  });

  return {
    url,
    rootKey,
    folder,
    pid: child.pid,
    log: readLog,
    /** What it printed. */
    said: () => said,
    ended,
    /** Ends it as a service manager would. Throws if it did not end well. */
    async stop({ keep = false } = {}) {
      child.kill('SIGTERM');
      const { code, signal } = await ended;
      const text = readLog();
      if (!keep) cleanUp();
      if (code !== 0) throw new Error(`the gateway ended with ${code ?? signal}:\n${text}`);
      return text;
    },
  };
}
