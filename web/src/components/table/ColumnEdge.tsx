import Box from '@mui/material/Box';
import { type PointerEvent, useState } from 'react';

/** A column's edge, to be drawn by pointer; a double click lets the content decide again. The menu of columns does the same. */
export function ColumnEdge({ onResize }: { onResize: (width?: number) => void }) {
  const [grip, setGrip] = useState<{ x: number; width: number }>();
  const take = (event: PointerEvent) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    setGrip({ x: event.clientX, width: event.currentTarget.closest('th')?.offsetWidth ?? 0 });
  };
  const draw = (event: PointerEvent) => {
    if (grip && event.clientX !== grip.x) onResize(grip.width + event.clientX - grip.x);
  };
  return <Box aria-hidden onPointerDown={take} onPointerMove={draw} onPointerUp={() => setGrip(undefined)} onDoubleClick={() => onResize()} sx={edge} />;
}

const edge = {
  position: 'absolute',
  insetBlock: 0,
  right: 0,
  width: 12,
  cursor: 'col-resize',
  touchAction: 'none',
  borderRight: 2,
  borderColor: 'transparent',
  'tr:hover &': { borderColor: 'divider' },
  '&:hover': { borderColor: 'primary.main' },
} as const;
