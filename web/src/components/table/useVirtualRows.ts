import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useCallback } from 'react';

interface VirtualRows {
  items: { index: number; measure: (element: Element | null) => void }[];
  /** Pixels of rows that are not drawn. */
  before: number;
  after: number;
  scrollTo: (index: number) => void;
}

const drawAllUpTo = 100;
const expectedRowHeight = 48;
const nothingToMeasure = () => undefined;

/** Which of many rows to draw: all up to a hundred, beyond that those in sight. */
export function useVirtualRows(count: number, scroller: RefObject<HTMLElement | null>): VirtualRows {
  const enabled = count > drawAllUpTo;
  // eslint-disable-next-line react-hooks/incompatible-library -- its functions change with every scroll, as they should
  const virtualizer = useVirtualizer({
    count,
    enabled,
    getScrollElement: () => scroller.current,
    estimateSize: () => expectedRowHeight,
    overscan: 12,
  });
  const scrollTo = useCallback(
    (index: number) => {
      if (enabled) virtualizer.scrollToIndex(index);
    },
    [enabled, virtualizer],
  );
  if (!enabled) {
    return { items: Array.from({ length: count }, (_, index) => ({ index, measure: nothingToMeasure })), before: 0, after: 0, scrollTo };
  }
  const drawn = virtualizer.getVirtualItems();
  return {
    items: drawn.map(({ index }) => ({ index, measure: virtualizer.measureElement })),
    before: drawn[0]?.start ?? 0,
    after: virtualizer.getTotalSize() - (drawn.at(-1)?.end ?? 0),
    scrollTo,
  };
}
