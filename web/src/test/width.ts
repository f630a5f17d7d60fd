import { vi } from 'vitest';

const ignore = () => undefined;

/** The window's width for media queries; without it, none of them matches. */
export function setWidth(pixels: number): void {
  vi.stubGlobal('matchMedia', (query: string) => {
    const min = Number(/min-width:\s*([\d.]+)px/.exec(query)?.[1] ?? 0);
    const max = Number(/max-width:\s*([\d.]+)px/.exec(query)?.[1] ?? Number.POSITIVE_INFINITY);
    const matches = query.includes('width') && pixels >= min && pixels <= max;
    return { matches, media: query, addEventListener: ignore, removeEventListener: ignore, addListener: ignore, removeListener: ignore };
  });
}
