// What `npm test` runs: every *.test.mjs here, each file in a process of its own with a gateway of its own.
// TOLLGATE_BINARY: the gateway (default: build/dev/tollgate). JUNIT_FILE: where results go as JUnit, too.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

const major = Number(process.versions.node.split('.')[0]);
if (major < 22) {
  console.error(`these tests need Node.js 22 or later, not ${process.version}: run them by "npm test" after "npm ci"`);
  process.exit(2);
}

const chosen = process.argv.slice(2);
const files = chosen.length > 0 ? chosen : readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.mjs'));
const reporters = ['--test-reporter=spec', '--test-reporter-destination=stdout'];
if (process.env.JUNIT_FILE) reporters.push('--test-reporter=junit', `--test-reporter-destination=${process.env.JUNIT_FILE}`);
const { status } = spawnSync(process.execPath, ['--test', '--test-concurrency=2', '--test-timeout=60000', ...reporters, ...files], {
  cwd: import.meta.dirname,
  stdio: 'inherit',
});
process.exit(status ?? 1);
