// What `npm test` runs: every *.test.mjs here, each file with a gateway of its own.
// TOLLGATE_BINARY: the gateway (default: build/dev/tollgate). JUNIT_FILE: where results go as JUnit, too.
import { runTests } from './lib/run.mjs';

runTests({ folder: import.meta.dirname, timeoutMs: 60_000 });
