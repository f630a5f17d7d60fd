import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { pathOf } from '../../app/pages';
import { type MenuPage, useMenuPages } from '../../layout/useMenu';
import { ShortcutRegistry } from '../shortcuts/registry';
import { ShortcutsDialog } from '../shortcuts/ShortcutsDialog';
import { ShortcutContext, useShortcut } from '../shortcuts/useShortcut';
import { CommandPalette } from './CommandPalette';
import type { PaletteItem } from './paletteItems';

interface Palette {
  openPalette: () => void;
  openShortcuts: () => void;
  /** @return takes it away again. */
  addAction: (action: PaletteItem) => () => void;
}

const PaletteContext = createContext<Palette>({ openPalette: () => undefined, openShortcuts: () => undefined, addAction: () => () => undefined });

export function usePalette(): Palette {
  return useContext(PaletteContext);
}

/** What the open page can do, offered in the palette while it is shown. Keep `actions` stable, with `useMemo`. */
export function usePaletteActions(actions: readonly PaletteItem[]): void {
  const { addAction } = usePalette();
  useEffect(() => {
    const removals = actions.map(addAction);
    return () => removals.forEach((remove) => remove());
  }, [addAction, actions]);
}

/** The command palette and the keyboard: Ctrl-K, `g` and a letter, `?`. */
export function PaletteProvider({ children }: { children: ReactNode }) {
  const [registry] = useState(() => new ShortcutRegistry());
  const [open, setOpen] = useState<'palette' | 'shortcuts'>();
  const [actions, setActions] = useState<readonly PaletteItem[]>([]);
  const palette = useMemo<Palette>(
    () => ({
      openPalette: () => setOpen('palette'),
      openShortcuts: () => setOpen('shortcuts'),
      addAction: (action) => {
        setActions((current) => [...current, action]);
        return () => setActions((current) => current.filter((other) => other !== action));
      },
    }),
    [],
  );
  useKeyboard(registry);
  const close = () => setOpen(undefined);
  return (
    <ShortcutContext value={registry}>
      <PaletteContext value={palette}>
        <GlobalShortcuts />
        {children}
        {open === 'palette' && <CommandPalette actions={actions} onClose={close} />}
        {open === 'shortcuts' && <ShortcutsDialog onClose={close} />}
      </PaletteContext>
    </ShortcutContext>
  );
}

function useKeyboard(registry: ShortcutRegistry) {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!event.defaultPrevented && registry.press(event)) event.preventDefault();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [registry]);
}

function GlobalShortcuts() {
  const { t } = useTranslation('layout');
  const { openPalette, openShortcuts } = usePalette();
  useShortcut({ keys: 'mod+k', label: t('palette.open'), run: openPalette });
  useShortcut({ keys: '?', label: t('shortcuts'), run: openShortcuts });
  return useMenuPages().map((page) => page.menu.shortcut && <PageShortcut key={page.id} page={page} letter={page.menu.shortcut} />);
}

function PageShortcut({ page, letter }: { page: MenuPage; letter: string }) {
  const { t } = useTranslation('layout');
  const navigate = useNavigate();
  useShortcut({ keys: `g ${letter}`, label: t('goTo', { page: t(`pages.${page.id}`) }), run: () => void navigate(pathOf(page)) });
  return null;
}
