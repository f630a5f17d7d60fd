import type { DatabaseCheck, StorageCheck } from '../../api/generated';

const worstClockS = 5;

export function isClockRight({ clock_difference_s: difference }: DatabaseCheck): boolean {
  return Math.abs(difference) <= worstClockS;
}

export function isFolderFit({ writable, free_bytes: free, needed_bytes: needed }: StorageCheck['data_dir']): boolean {
  return writable && free > needed;
}

/** Whether nothing of it wants attention. */
export function isStorageFit({ database, log_database: logDatabase, data_dir: folder }: StorageCheck): boolean {
  const databases = logDatabase ? [database, logDatabase] : [database];
  return databases.every((check) => check.writable && isClockRight(check)) && isFolderFit(folder);
}
