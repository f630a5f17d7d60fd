import i18next from 'i18next';
import { z } from 'zod';
import { compareDecimals, isDecimal } from '../components/format/decimal';
import { setUpSchemas } from './schemaTexts';

setUpSchemas();

const t = (key: 'errors.decimal' | 'errors.negative' | 'errors.json' | 'errors.jsonObject') => i18next.t(key, { ns: 'forms' });

/** A text that must not be empty; trimmed. */
export function requiredText(maxLength = 255) {
  return z.string().trim().min(1).max(maxLength);
}

/** An amount as `DecimalField` holds it: a decimal string, not below zero. */
export function decimalText() {
  return z
    .string()
    .trim()
    .min(1)
    .refine(isDecimal, { error: () => t('errors.decimal'), abort: true })
    .refine((text) => compareDecimals(text, '0') >= 0, { error: () => t('errors.negative') });
}

/** JSON as `JsonField` holds it: empty, or a text that parses; an object unless `any`. */
export function jsonText({ any = false } = {}) {
  return z
    .string()
    .refine((text) => parseJson(text) !== undefined, { error: () => t('errors.json'), abort: true })
    .refine((text) => any || isObjectOrEmpty(parseJson(text)), { error: () => t('errors.jsonObject') });
}

/** @return undefined for what is no JSON, null for an empty text. */
export function parseJson(text: string): unknown {
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isObjectOrEmpty(value: unknown): boolean {
  return typeof value === 'object' && !Array.isArray(value);
}
