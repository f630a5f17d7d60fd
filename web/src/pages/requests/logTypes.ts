import type { LogRow } from '../../api/generated';

/** What a row of the log is of, in the order of the gateway's numbers. */
export const logTypes = ['topUp', 'call', 'management', 'system', 'failedCall', 'refund', 'signIn'] as const;

export type LogType = (typeof logTypes)[number];

/** The gateway counts them from 1. */
export function logTypeNumber(type: LogType): number {
  return logTypes.indexOf(type) + 1;
}

export function logTypeOf(row: LogRow): LogType {
  return logTypes[row.type - 1] ?? 'system';
}

export function isCall(row: LogRow): boolean {
  const type = logTypeOf(row);
  return type === 'call' || type === 'failedCall';
}
