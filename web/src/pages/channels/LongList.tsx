import Box from '@mui/material/Box';
import { type ReactNode, useRef } from 'react';
import { useVirtualRows } from '../../components/table/useVirtualRows';

interface LongListProps<Item> {
  label: string;
  items: readonly Item[];
  itemKey: (item: Item) => string | number;
  children: (item: Item) => ReactNode;
}

/** A list that scrolls within a dialog; of thousands only those in sight are drawn. */
export function LongList<Item>({ label, items, itemKey, children }: LongListProps<Item>) {
  const scroller = useRef<HTMLUListElement>(null);
  const { items: drawn, before, after } = useVirtualRows(items.length, scroller);
  return (
    <Box component="ul" ref={scroller} aria-label={label} style={{ paddingTop: before, paddingBottom: after }} sx={{ m: 0, px: 0, listStyle: 'none', maxHeight: '50vh', overflowY: 'auto' }}>
      {drawn.map(({ index, measure }) => {
        const item = items[index];
        return (
          item !== undefined && (
            <Box component="li" key={itemKey(item)} ref={measure} data-index={index} aria-setsize={items.length} aria-posinset={index + 1} sx={{ py: 0.5 }}>
              {children(item)}
            </Box>
          )
        );
      })}
    </Box>
  );
}
