// Writes what is derived and not committed: src/api/generated.ts from api/openapi.yaml, and src/i18n/resources.generated.ts
// from the English texts. Does nothing when both are newer than what they are made from.
import { generateEndpoints } from '@rtk-query/codegen-openapi';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { changingReads, consoleView } from './openapi-view.mjs';

const web = resolve(import.meta.dirname, '..');
const schema = resolve(web, '../api/openapi.yaml');
const client = join(web, 'src/api/generated.ts');
const english = join(web, 'src/i18n/locales/en');
const resources = join(web, 'src/i18n/resources.generated.ts');

function modifiedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

async function generateClient() {
  const sources = [schema, join(import.meta.dirname, 'openapi-view.mjs'), import.meta.filename];
  if (modifiedAt(client) > Math.max(...sources.map(modifiedAt))) return;
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-web-'));
  try {
    const view = join(folder, 'openapi.json');
    writeFileSync(view, JSON.stringify(consoleView(parse(readFileSync(schema, 'utf8')))));
    const code = await generateEndpoints({
      schemaFile: view,
      apiFile: './base',
      apiImport: 'api',
      exportName: 'generatedApi',
      tag: true,
      encodePathParams: true,
      hooks: { queries: true, lazyQueries: true, mutations: true },
      endpointOverrides: [{ pattern: changingReads, type: 'mutation' }],
    });
    writeFileSync(client, `/* Made by scripts/generate.mjs from api/openapi.yaml: edit that. */\n${code}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function generateResources() {
  const names = readdirSync(english).filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -5)).sort();
  const members = names.map((name) => `  ${name}: typeof import('./locales/en/${name}.json');`);
  const code = ['/* Made by scripts/generate.mjs from locales/en. */', 'export interface Resources {', ...members, '}', ''].join('\n');
  if (modifiedAt(resources) > 0 && readFileSync(resources, 'utf8') === code) return;
  writeFileSync(resources, code);
}

await generateClient();
generateResources();
