import { describe, expect, it } from 'vitest';
import { changedFields, withValues } from './changes';

const fields = [
  { name: 'name', label: 'Name' },
  { name: 'options.region', label: 'Region' },
  { name: 'models', label: 'Models' },
];

describe('changes of a form', () => {
  it('are found by field, also inside an object', () => {
    const before = { name: 'a', options: { region: 'north' }, models: ['x'] };
    const after = { name: 'a', options: { region: 'south' }, models: ['x', 'y'] };
    expect(changedFields(fields, before, after)).toEqual([
      { field: fields[1], before: 'north', after: 'south' },
      { field: fields[2], before: ['x'], after: ['x', 'y'] },
    ]);
  });

  it('are taken over one by one', () => {
    const theirs = { name: 'theirs', options: { region: 'north', zone: 1 } };
    const mine = { name: 'mine', options: { region: 'south', zone: 2 } };
    expect(withValues(theirs, mine, ['options.region'])).toEqual({ name: 'theirs', options: { region: 'south', zone: 1 } });
    expect(theirs.options.region).toBe('north');
  });
});
