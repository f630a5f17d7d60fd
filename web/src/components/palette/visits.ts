import { useEffect } from 'react';
import { useLocation } from 'react-router';
import { type PageId, pages } from '../../app/pages';
import { isRecord, readStored, writeStored } from '../../app/storage';
import { useAppSelector } from '../../app/store';
import { selectUserId } from '../../auth/sessionSlice';
import { usePageRow } from '../../layout/usePageRow';

export interface Visit {
  path: string;
  title: string;
  page: PageId;
}

const mostKept = 6;

/** Forms are no places to come back to. */
const isForm = (path: string) => /\/(new|edit)$/.test(path);

/** Keeps where the account has been in this tab, the latest first; a page's title may become known a little later. */
export function useRememberVisit(title: string): void {
  const { pathname: path } = useLocation();
  const userId = useAppSelector(selectUserId);
  const page = usePageRow()?.id;
  useEffect(() => {
    if (userId === undefined || page === undefined || isForm(path)) return;
    const others = readVisits(userId).filter((visit) => visit.path !== path);
    writeStored(sessionStorage, keyOf(userId), [{ path, title, page }, ...others].slice(0, mostKept));
  }, [userId, page, path, title]);
}

export function readVisits(userId: number): Visit[] {
  return readStored(sessionStorage, keyOf(userId), Array.isArray)?.filter(isVisit) ?? [];
}

function keyOf(userId: number): string {
  return `tollgate.visits.${userId}`;
}

function isVisit(value: unknown): value is Visit {
  return isRecord(value) && typeof value.path === 'string' && typeof value.title === 'string' && pages.some(({ id }) => id === value.page);
}
