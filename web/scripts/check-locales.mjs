// Fails where a language lacks a text that English has, has one too many, or names other variables in it.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const locales = resolve(import.meta.dirname, '../src/i18n/locales');
const reference = 'en';
const pluralForm = /_(zero|one|two|few|many|other)$/;

const problems = [];
for (const language of readdirSync(locales)) {
  checkFiles(language);
  for (const file of filesOf(reference)) checkTexts(language, file);
}
problems.forEach((problem) => process.stderr.write(`check-locales: ${problem}\n`));
process.exitCode = problems.length > 0 ? 1 : 0;

function filesOf(language) {
  return readdirSync(join(locales, language)).filter((file) => file.endsWith('.json'));
}

function checkFiles(language) {
  const wanted = new Set(filesOf(reference));
  for (const file of filesOf(language)) if (!wanted.has(file)) problems.push(`${language}/${file}: not in ${reference}`);
}

function checkTexts(language, file) {
  const english = groupPlurals(readTexts(reference, file));
  const texts = groupPlurals(readTexts(language, file));
  for (const [key, forms] of texts) {
    const where = `${language}/${file}: ${key}`;
    if (!english.has(key)) problems.push(`${where}: not in ${reference}`);
    else checkForms(where, language, forms, english.get(key));
  }
  for (const key of english.keys()) if (!texts.has(key)) problems.push(`${language}/${file}: ${key}: missing`);
}

function checkForms(where, language, forms, englishForms) {
  const isPlural = englishForms.has('other');
  const wanted = isPlural ? new Intl.PluralRules(language).resolvedOptions().pluralCategories : [''];
  if ([...forms.keys()].sort().join() !== [...wanted].sort().join()) problems.push(`${where}: should have the forms ${wanted.join(', ')}`);
  const known = new Set([...englishForms.values()].flatMap(variablesOf));
  const needed = variablesOf(englishForms.get('other') ?? englishForms.get(''));
  for (const [form, text] of forms) {
    const used = variablesOf(text);
    // One thing may have its name in the place of the number: "“a” is deleted", "3 are deleted".
    const missing = isPlural && form !== 'other' ? [] : needed.filter((name) => !used.includes(name));
    const unknown = used.filter((name) => !known.has(name));
    if (text.trim() === '') problems.push(`${where}: empty`);
    if (missing.length > 0) problems.push(`${where}: lacks ${missing.join(', ')}`);
    if (unknown.length > 0) problems.push(`${where}: nobody gives it ${unknown.join(', ')}`);
  }
}

function readTexts(language, file) {
  try {
    return flatten(JSON.parse(readFileSync(join(locales, language, file), 'utf8')));
  } catch (error) {
    problems.push(`${language}/${file}: ${error.message}`);
    return [];
  }
}

function flatten(texts, prefix = '') {
  return Object.entries(texts).flatMap(([key, value]) => (typeof value === 'string' ? [[prefix + key, value]] : flatten(value, `${prefix}${key}.`)));
}

/** Plural forms of one text under one key: `waitFor` → one, other. */
function groupPlurals(texts) {
  const groups = new Map();
  for (const [key, text] of texts) {
    const name = key.replace(pluralForm, '');
    const form = key.match(pluralForm)?.[1] ?? '';
    groups.set(name, (groups.get(name) ?? new Map()).set(form, text));
  }
  return groups;
}

function variablesOf(text) {
  return [...text.matchAll(/\{\{\s*(\w+)/g)].map(([, name]) => name);
}
