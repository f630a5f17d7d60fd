import { useMatches } from 'react-router';
import { isPageRow, type PageRow } from '../app/pages';

/** The row of the page that is open, if the address is one's. */
export function usePageRow(): PageRow | undefined {
  return useMatches()
    .map((match) => match.handle)
    .findLast(isPageRow);
}
