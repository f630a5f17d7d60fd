import type { DataColumn } from './columns';

export type ExportFormat = 'csv' | 'json';

/** Offers the rows that are loaded, in the columns that are shown, as a file. */
export function exportRows<Row>(format: ExportFormat, name: string, rows: readonly Row[], columns: readonly DataColumn<Row>[]): void {
  const exported = columns.filter((column) => column.value !== undefined);
  const text = format === 'csv' ? toCsv(rows, exported) : toJson(rows, exported);
  const type = format === 'csv' ? 'text/csv;charset=utf-8' : 'application/json';
  saveFile(`${name}.${format}`, new Blob([text], { type }));
}

export function toCsv<Row>(rows: readonly Row[], columns: readonly DataColumn<Row>[]): string {
  const lines = [columns.map((column) => csvField(column.header)), ...rows.map((row) => columns.map((column) => csvField(column.value?.(row))))];
  // The mark makes spreadsheets read it as UTF-8.
  return `\uFEFF${lines.map((line) => line.join(',')).join('\r\n')}\r\n`;
}

export function toJson<Row>(rows: readonly Row[], columns: readonly DataColumn<Row>[]): string {
  const objects = rows.map((row) => Object.fromEntries(columns.map((column) => [column.id, column.value?.(row) ?? null])));
  return JSON.stringify(objects, null, 2);
}

/** A text that begins like a formula would be run by a spreadsheet: the apostrophe keeps it a text. */
function csvField(value: string | number | boolean | null | undefined): string {
  const text = String(value ?? '');
  const harmless = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

function saveFile(name: string, content: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
