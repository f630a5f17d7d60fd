import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { pages, pathOf } from '../../app/pages';
import { useAppDispatch } from '../../app/store';
import { useCan } from '../../auth/useAccount';
import { useMenuPages } from '../../layout/useMenu';
import { matchesQuery, type PaletteItem } from './paletteItems';

export interface PaletteGroup {
  id: string;
  title: string;
  items: PaletteItem[];
}

const typingPauseMs = 150;
const shortestQuery = 2;

/** What the palette offers for a query: the page's actions, pages, and objects found by the pages' searchers. */
export function usePaletteResults(query: string, actions: readonly PaletteItem[]): { groups: PaletteGroup[]; searching: boolean } {
  const { t } = useTranslation('layout');
  const found = useObjects(query);
  const pageItems = useMenuPages().map((page): PaletteItem => ({ id: page.id, label: t(`pages.${page.id}`), icon: page.menu.icon, to: pathOf(page) }));
  const matching = (items: readonly PaletteItem[]) => items.filter((item) => matchesQuery(`${item.label} ${item.hint ?? ''}`, query));
  const groups = [
    { id: 'actions', title: t('palette.actions'), items: matching(actions) },
    { id: 'pages', title: t('palette.pages'), items: matching(pageItems) },
    ...found.groups,
  ];
  return { groups: groups.filter((group) => group.items.length > 0), searching: found.searching };
}

function useObjects(query: string) {
  const { t } = useTranslation('layout');
  const can = useCan();
  const dispatch = useAppDispatch();
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
            return [{ id: page.id, title: t(`pages.${page.id}`), items: await searchObjects(wanted, dispatch) }];
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
  }, [wanted, can, dispatch, t]);
  return { groups: wanted === found.query ? found.groups : [], searching: wanted !== '' && wanted !== found.query };
}
