import { useFormat } from './useFormat';

/** "+12%" from one figure to the next; nothing where there was none to compare with. */
export function useGrowth(): (now: number, before: number) => string | undefined {
  const { percent } = useFormat();
  return (now, before) => {
    if (before <= 0) return undefined;
    const growth = (now - before) / before;
    return `${growth > 0 ? '+' : ''}${percent(growth)}`;
  };
}
