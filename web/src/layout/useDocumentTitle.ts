import { useEffect } from 'react';
import { useSite } from '../app/useSite';

/** "Channels · My gateway" while the caller is shown. */
export function useDocumentTitle(title: string): void {
  const { name } = useSite();
  useEffect(() => {
    document.title = title ? `${title} · ${name}` : name;
  }, [title, name]);
}
