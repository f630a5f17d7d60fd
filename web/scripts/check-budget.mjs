// Fails when the console has become too heavy: what the sign-in page loads first, and what each page adds to it.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

const firstLoadLimit = 250 * 1000;
const chunkLimit = 150 * 1000;

const dist = resolve(import.meta.dirname, '../dist');
const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'));
const texts = ['common', 'errors', 'layout', 'login'].map((namespace) => `src/i18n/locales/en/${namespace}.json`);

const sizes = new Map();
const failures = [];

const firstLoad = weigh(withImports(['index.html', 'src/pages/login/index.tsx', ...texts]));
report('first load of the sign-in page', firstLoad, firstLoadLimit);

const entry = withImports(['index.html']);
for (const [name, chunk] of Object.entries(manifest)) {
  if (!chunk.file.endsWith('.js') || entry.has(name)) continue;
  if (sizeOf(chunk.file) > chunkLimit) report(name, sizeOf(chunk.file), chunkLimit);
}
const pages = Object.keys(manifest).filter((name) => name.startsWith('src/pages/') && manifest[name].isDynamicEntry);
for (const page of pages) {
  const added = [...withImports([page])].filter((name) => !entry.has(name) && !withImports(['src/layout/AppShell.tsx']).has(name));
  report(page, weigh(new Set(added)), chunkLimit);
}
process.exitCode = failures.length > 0 ? 1 : 0;

function report(what, size, limit) {
  const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} KB`;
  const line = `${what}: ${kilobytes(size)} of ${kilobytes(limit)}`;
  process.stdout.write(`budget: ${line}\n`);
  if (size <= limit) return;
  failures.push(line);
  process.stderr.write(`budget: too heavy: ${line}\n`);
}

/** Chunks and all that they import at once, by their names in the manifest. */
function withImports(names, seen = new Set()) {
  for (const name of names) {
    if (seen.has(name)) continue;
    const chunk = manifest[name];
    if (!chunk) throw new Error(`check-budget: the build has no ${name}`);
    seen.add(name);
    withImports(chunk.imports ?? [], seen);
  }
  return seen;
}

function weigh(names) {
  return [...new Set([...names].map((name) => manifest[name].file))].filter((file) => file.endsWith('.js')).reduce((sum, file) => sum + sizeOf(file), 0);
}

function sizeOf(file) {
  if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(join(dist, file)), { level: 9 }).length);
  return sizes.get(file);
}
