// Runs the *.test.mjs of a folder, or those named on the command line, each file in a process of its own.
// JUNIT_FILE: where results go as JUnit, too.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

const LEAST_NODE = 22;

function refuseOldNode() {
  if (Number(process.versions.node.split('.')[0]) >= LEAST_NODE) return;
  console.error(`these tests need Node.js ${LEAST_NODE} or later, not ${process.version}: run them by "npm test" after "npm ci"`);
  process.exit(2);
}

/** Ends the process with the tests' outcome. */
export function runTests({ folder, timeoutMs }) {
  refuseOldNode();
  const chosen = process.argv.slice(2);
  const files = chosen.length > 0 ? chosen : readdirSync(folder).filter((name) => name.endsWith('.test.mjs'));
  const reporters = ['--test-reporter=spec', '--test-reporter-destination=stdout'];
  if (process.env.JUNIT_FILE) reporters.push('--test-reporter=junit', `--test-reporter-destination=${process.env.JUNIT_FILE}`);
  const { status } = spawnSync(process.execPath, ['--test', '--test-concurrency=2', `--test-timeout=${timeoutMs}`, ...reporters, ...files], {
    cwd: folder,
    stdio: 'inherit',
  });
  process.exit(status ?? 1);
}
