import { describe, expect, it } from 'vitest';
import { mayChange, rolesToGive } from './user';

const [user, reliable, admin, root] = [1, 3, 10, 100].map((role) => ({ role })) as [{ role: number }, { role: number }, { role: number }, { role: number }];

describe('who may change whom', () => {
  it('is those above', () => {
    expect(mayChange(admin, user)).toBe(true);
    expect(mayChange(admin, admin)).toBe(false);
    expect(mayChange(admin, root)).toBe(false);
    expect(mayChange(root, root)).toBe(true);
  });

  it('gives no role that is not below one’s own, nor the one that is held', () => {
    expect(rolesToGive(admin, user)).toEqual(['reliable']);
    expect(rolesToGive(root, reliable)).toEqual(['user', 'admin']);
    expect(rolesToGive(root, root)).toEqual([]);
    expect(rolesToGive(admin, admin)).toEqual([]);
  });
});
