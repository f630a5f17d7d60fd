import { describe, expect, it } from 'vitest';
import { changedFields, listDifference, withValues } from './changes';

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

  it('are those of the whole where a field has parts', () => {
    const parts = [{ name: 'rows.0.kind', label: 'Kind' }, { name: 'rows', label: 'Rows' }, { name: 'rowsBelow', label: 'Rows below' }];
    const before = { rows: [{ kind: 'a' }], rowsBelow: 1 };
    const after = { rows: [{ kind: 'b' }], rowsBelow: 2 };
    expect(changedFields(parts, before, after).map(({ field }) => field.name)).toEqual(['rows', 'rowsBelow']);
  });

  it('of lists are what leaves and what comes', () => {
    expect(listDifference(['a', 'b'], ['b', 'c'])).toEqual({ removed: ['a'], added: ['c'] });
    expect(listDifference(['a', 'b'], ['b', 'a'])).toBeUndefined();
    expect(listDifference([{ from: 'a' }], [])).toBeUndefined();
    expect(listDifference('a', ['a'])).toBeUndefined();
  });

  it('are taken over one by one', () => {
    const theirs = { name: 'theirs', options: { region: 'north', zone: 1 } };
    const mine = { name: 'mine', options: { region: 'south', zone: 2 } };
    expect(withValues(theirs, mine, ['options.region'])).toEqual({ name: 'theirs', options: { region: 'south', zone: 1 } });
    expect(theirs.options.region).toBe('north');
  });
});
