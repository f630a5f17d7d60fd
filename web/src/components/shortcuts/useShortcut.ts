import { createContext, useContext, useEffect, useRef } from 'react';
import { ShortcutRegistry } from './registry';

export const ShortcutContext = createContext(new ShortcutRegistry());

interface ShortcutOptions {
  keys: string;
  /** For the list of shortcuts that `?` shows. */
  label: string;
  run: () => void;
  enabled?: boolean;
}

/** A key for as long as the caller is shown: `useShortcut({ keys: 'e', label: t('edit'), run: edit })`. */
export function useShortcut({ keys, label, run, enabled = true }: ShortcutOptions): void {
  const registry = useContext(ShortcutContext);
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    if (!enabled) return;
    return registry.add({ keys, label, run: () => latest.current() });
  }, [registry, keys, label, enabled]);
}
