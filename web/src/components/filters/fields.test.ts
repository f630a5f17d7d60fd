import { describe, expect, it } from 'vitest';
import { type AppliedFilter, type FilterField, readFilters, writeFilters } from './fields';

const fields: FilterField[] = [
  { id: 'name', label: 'Name', kind: 'text' },
  { id: 'quota', label: 'Quota', kind: 'number', operators: ['above', 'between'] },
  { id: 'status', label: 'Status', kind: 'choice', options: [{ value: '1', label: 'On' }] },
  { id: 'stream', label: 'Stream', kind: 'boolean' },
];

function throughAddress(filters: readonly AppliedFilter[]): AppliedFilter[] {
  const params = new URLSearchParams('page=3&f.name=is%3Aold');
  writeFilters(params, filters);
  return readFilters(new URLSearchParams(params.toString()), fields);
}

describe('filters in the address', () => {
  it('come back as they were, whatever the text', () => {
    const filters: AppliedFilter[] = [
      { field: 'name', operator: 'contains', values: ['a,b:c&d=%20 <script> שלום 🎉'] },
      { field: 'name', operator: 'not', values: ['x'] },
      { field: 'quota', operator: 'between', values: ['1', '2.5'] },
      { field: 'status', operator: 'is', values: ['1', '3'] },
      { field: 'stream', operator: 'is', values: ['false'] },
    ];
    expect(throughAddress(filters)).toEqual(filters);
  });

  it('leave other parameters alone', () => {
    const params = new URLSearchParams('page=3&f.name=is%3Aold');
    writeFilters(params, []);
    expect(params.toString()).toBe('page=3');
  });

  it.each(['f.nobody=is:1', 'f.name=above:1', 'f.name=is:', 'f.quota=above:x', 'f.quota=is:1', 'f.quota=between:1', 'f.stream=is:maybe', 'f.status=is:', 'f.name=is'])(
    'that make no sense are left out: %s',
    (query) => {
      expect(readFilters(new URLSearchParams(query), fields)).toEqual([]);
    },
  );

  it('read a damaged escape as it stands', () => {
    expect(readFilters(new URLSearchParams([['f.name', 'is:%E0%A4%A']]), fields)).toEqual([{ field: 'name', operator: 'is', values: ['%E0%A4%A'] }]);
  });
});
