import { describe, expect, it } from 'vitest';
import type { Token } from '../../api/generated';
import { tokenTrouble } from './tokenTrouble';

const now = 1_800_000_000;
const well: Token = {
  id: 1, user_id: 7, key: '', key_withheld: false, key_hint: 'abcd', status: 1, name: 'ci', created_time: 0, accessed_time: 0, expired_time: -1,
  remain_quota: 0, unlimited_quota: true, used_quota: 500, request_count: 3, group: '', backup_group: '', setting: {}, version: 1,
};

describe('what is wrong with a token', () => {
  it.each([
    ['nothing, with no limits', {}, undefined],
    ['that it has expired', { status: 3 }, 'expired'],
    ['that it is exhausted', { status: 4 }, 'exhausted'],
    ['that it expires within a week', { expired_time: now + 6 * 86_400 }, 'expiresSoon'],
    ['nothing, when it expires later', { expired_time: now + 8 * 86_400 }, undefined],
    ['that less than a tenth is left', { unlimited_quota: false, remain_quota: 50 }, 'low'],
    ['nothing, when more is left', { unlimited_quota: false, remain_quota: 60 }, undefined],
    ['nothing, when it was switched off', { status: 2, expired_time: now + 60 }, undefined],
  ] as const)('is %s', (_, change, expected) => {
    expect(tokenTrouble({ ...well, ...change }, now)).toBe(expected);
  });
});
