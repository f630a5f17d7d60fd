import { type PageRow, pages, type SectionId } from '../app/pages';
import { useCan } from '../auth/useAccount';

export type MenuPage = PageRow & { menu: NonNullable<PageRow['menu']> };

export interface MenuSection {
  id: SectionId;
  pages: MenuPage[];
}

/** The pages the account may open, in the menu's order. */
export function useMenuPages(): MenuPage[] {
  const can = useCan();
  return pages.filter((page): page is MenuPage => page.menu !== undefined && can(page.capability));
}

export function useMenu(): MenuSection[] {
  const sections = new Map<SectionId, MenuPage[]>();
  for (const page of useMenuPages()) {
    const section = sections.get(page.menu.section) ?? [];
    sections.set(page.menu.section, [...section, page]);
  }
  return [...sections].map(([id, members]) => ({ id, pages: members }));
}
