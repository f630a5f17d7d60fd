import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { pathOf } from '../../app/pages';
import { type MenuPage, useMenuPages } from '../../layout/useMenu';
import { ShortcutRegistry } from '../shortcuts/registry';
import { ShortcutsDialog } from '../shortcuts/ShortcutsDialog';
import { ShortcutContext, useShortcut } from '../shortcuts/useShortcut';
import { CommandPalette } from './CommandPalette';
import { type Creation, useCreations } from './creations';
import type { PaletteItem } from './paletteItems';

interface Palette {
  openPalette: () => void;
  openShortcuts: () => void;
  /** @return takes it away again. */
  addActions: (actions: () => readonly PaletteItem[]) => () => void;
}

const PaletteContext = createContext<Palette>({ openPalette: () => undefined, openShortcuts: () => undefined, addActions: () => () => undefined });

export function usePalette(): Palette {
  return useContext(PaletteContext);
}

/** What the open page can do, offered in the palette while it is shown. */
export function usePaletteActions(actions: readonly PaletteItem[]): void {
  const { addActions } = usePalette();
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => addActions(() => latest.current), [addActions]);
}

/** The command palette and the keyboard: Ctrl-K, `g` or `n` and a letter, `?`. */
export function PaletteProvider({ children }: { children: ReactNode }) {
  const [registry] = useState(() => new ShortcutRegistry());
  const [open, setOpen] = useState<'palette' | 'shortcuts'>();
  const [sources] = useState(() => new Set<() => readonly PaletteItem[]>());
  const palette = useMemo<Palette>(
    () => ({
      openPalette: () => setOpen('palette'),
      openShortcuts: () => setOpen('shortcuts'),
      addActions: (actions) => {
        sources.add(actions);
        return () => sources.delete(actions);
      },
    }),
    [sources],
  );
  useKeyboard(registry);
  const close = () => setOpen(undefined);
  return (
    <ShortcutContext value={registry}>
      <PaletteContext value={palette}>
        <GlobalShortcuts />
        {children}
        {open === 'palette' && <CommandPalette actionsHere={[...sources].flatMap((actions) => actions())} onClose={close} />}
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
  return (
    <>
      {useMenuPages().map((page) => page.menu.shortcut && <PageShortcut key={page.id} page={page} letter={page.menu.shortcut} />)}
      {useCreations().map((creation) => (
        <CreationShortcut key={creation.id} creation={creation} />
      ))}
    </>
  );
}

function CreationShortcut({ creation: { id, keys, to } }: { creation: Creation }) {
  const { t } = useTranslation('layout');
  const navigate = useNavigate();
  useShortcut({ keys, label: t(`palette.do.${id}`), run: () => void navigate(to) });
  return null;
}

function PageShortcut({ page, letter }: { page: MenuPage; letter: string }) {
  const { t } = useTranslation('layout');
  const navigate = useNavigate();
  useShortcut({ keys: `g ${letter}`, label: t('goTo', { page: t(`pages.${page.id}`) }), run: () => void navigate(pathOf(page)) });
  return null;
}
