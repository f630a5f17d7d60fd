// What `npm test` runs: every *.test.mjs here, each file with a gateway and a browser of its own.
// TOLLGATE_BINARY: the gateway (default: build/dev/tollgate). CHROMIUM: the browser (default: /usr/bin/chromium).
// JUNIT_FILE: where results go as JUnit, too.
import { runTests } from '../e2e/lib/run.mjs';

runTests({ folder: import.meta.dirname, timeoutMs: 600_000 });
