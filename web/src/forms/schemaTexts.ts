import i18next from 'i18next';
import { z } from 'zod';

/**
 * Makes zod speak the reader's language, where a schema has no message of its own, and do without the functions that it
 * would compile: the security policy forbids them.
 */
export function setUpSchemas(): void {
  z.config({ customError: (issue) => describeIssue(issue), jitless: true });
}

type Issue = Parameters<NonNullable<z.core.$ZodConfig['customError']>>[0];

function describeIssue(issue: Issue): string {
  const t = i18next.getFixedT(null, 'forms');
  switch (issue.code) {
    case 'invalid_type':
      return isMissing(issue.input) ? t('errors.required') : t(issue.expected === 'number' ? 'errors.number' : 'errors.invalid');
    case 'too_small':
      if (issue.origin === 'number' || issue.origin === 'int') return t(issue.inclusive === false ? 'errors.above' : 'errors.atLeast', { limit: issue.minimum });
      return isMissing(issue.input) || lengthOf(issue.input) === 0 ? t('errors.required') : t('errors.tooShort', { count: Number(issue.minimum) });
    case 'too_big':
      if (issue.origin === 'number' || issue.origin === 'int') return t(issue.inclusive === false ? 'errors.below' : 'errors.atMost', { limit: issue.maximum });
      return t('errors.tooLong', { count: Number(issue.maximum) });
    case 'invalid_format':
      return t(issue.format === 'url' ? 'errors.url' : issue.format === 'email' ? 'errors.email' : 'errors.invalid');
    case 'invalid_value':
      return isMissing(issue.input) ? t('errors.required') : t('errors.invalid');
    default:
      return t('errors.invalid');
  }
}

function isMissing(input: unknown): boolean {
  return input === undefined || input === null || input === '';
}

function lengthOf(input: unknown): number {
  return typeof input === 'string' || Array.isArray(input) ? input.length : 0;
}
