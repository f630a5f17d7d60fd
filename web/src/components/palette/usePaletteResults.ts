import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { findPage, menuPage, pages, pathOf } from '../../app/pages';
import { useAppDispatch } from '../../app/store';
import { useAccount, useCan } from '../../auth/useAccount';
import { useMenuPages } from '../../layout/useMenu';
import { useNotify } from '../feedback/useNotify';
import { matchesQuery, type PaletteItem } from './paletteItems';
import { useStandingActions } from './useStandingActions';
import { readVisits } from './visits';

export interface PaletteGroup {
  id: string;
  title: string;
  items: PaletteItem[];
}

const typingPauseMs = 150;
const shortestQuery = 2;

/** What the palette offers for a query: actions, pages, and objects found by the pages' searchers. Without one, also where one was lately. */
export function usePaletteResults(query: string, actionsHere: readonly PaletteItem[]): { groups: PaletteGroup[]; searching: boolean } {
  const { t } = useTranslation('layout');
  const found = useObjects(query);
  const recent = useRecent();
  const standing = useStandingActions();
  const pageItems = useMenuPages().map((page): PaletteItem => ({ id: page.id, label: t(`pages.${page.id}`), icon: page.menu.icon, to: pathOf(page) }));
  const matching = (items: readonly PaletteItem[]) => items.filter((item) => matchesQuery(`${item.label} ${item.hint ?? ''}`, query));
  const groups = [
    { id: 'recent', title: t('palette.recent'), items: query.trim() === '' ? recent : [] },
    { id: 'here', title: t('palette.here'), items: matching(actionsHere) },
    { id: 'pages', title: t('palette.pages'), items: matching(pageItems) },
    { id: 'actions', title: t('palette.actions'), items: matching(standing) },
    ...found.groups,
  ];
  return { groups: groups.filter((group) => group.items.length > 0), searching: found.searching };
}

/** Where the account was lately, but for the page in view. */
function useRecent(): PaletteItem[] {
  const { t } = useTranslation('layout');
  const can = useCan();
  const { id } = useAccount();
  const { pathname } = useLocation();
  return readVisits(id).flatMap(({ path, title, page }): PaletteItem[] => {
    const row = findPage(page);
    if (!row || path === pathname || !can(row.capability)) return [];
    const name = t(`pages.${page}`);
    return [{ id: `recent:${path}`, label: title, hint: name === title ? undefined : name, icon: menuPage(row)?.menu?.icon, to: path }];
  });
}

function useObjects(query: string) {
  const { t } = useTranslation('layout');
  const can = useCan();
  const dispatch = useAppDispatch();
  const notify = useNotify();
  const [found, setFound] = useState<{ query: string; groups: PaletteGroup[] }>({ query: '', groups: [] });
  const wanted = query.trim().length >= shortestQuery ? query.trim() : '';
  useEffect(() => {
    if (!wanted) return;
    let current = true;
    const search = async (): Promise<void> => {
      const groups = await Promise.all(
        pages.map(async (page): Promise<PaletteGroup[]> => {
          if (!page.search || !can(page.capability)) return [];
          try {
            const { default: searchObjects } = await page.search();
            return [{ id: page.id, title: t(`pages.${page.id}`), items: await searchObjects(wanted, { dispatch, can, notify }) }];
          } catch {
            return []; // The other groups are worth showing.
          }
        }),
      );
      if (current) setFound({ query: wanted, groups: groups.flat() });
    };
    const timer = setTimeout(() => void search(), typingPauseMs);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [wanted, can, dispatch, notify, t]);
  return { groups: wanted === found.query ? found.groups : [], searching: wanted !== '' && wanted !== found.query };
}
