import Box from '@mui/material/Box';
import type { ReactNode } from 'react';

/** Short fields beside each other, as many as there is room for. */
export function FieldGrid({ children }: { children: ReactNode }) {
  return <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: 'repeat(auto-fit, minmax(min(220px, 100%), 1fr))' }}>{children}</Box>;
}
