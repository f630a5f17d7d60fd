import { describe, expect, it } from 'vitest';
import type { DataColumn } from './columns';
import { toCsv, toJson } from './exportRows';

interface Row {
  name: string;
  quota: number | null;
}

const columns: DataColumn<Row>[] = [
  { id: 'name', header: 'Name, full', cell: (row) => row.name, value: (row) => row.name },
  { id: 'quota', header: 'Quota', cell: (row) => row.quota, value: (row) => row.quota },
];

function csvLines(rows: readonly Row[]): string[] {
  return toCsv(rows, columns).slice(1).trimEnd().split('\r\n');
}

describe('export', () => {
  it('quotes what would break a line of CSV', () => {
    expect(csvLines([{ name: 'say "hi", all\nof you', quota: 3 }])).toEqual(['"Name, full",Quota', '"say ""hi"", all\nof you",3']);
  });

  it('keeps a spreadsheet from running a name, and numbers as they are', () => {
    expect(csvLines([{ name: '=HYPERLINK("x")', quota: -5 }])[1]).toBe('"\'=HYPERLINK(""x"")",-5');
    expect(csvLines([{ name: '@cmd', quota: null }])[1]).toBe("'@cmd,");
  });

  it('writes JSON by the columns’ ids, null for what there is not', () => {
    expect(JSON.parse(toJson([{ name: 'a', quota: null }], columns))).toEqual([{ name: 'a', quota: null }]);
  });
});
