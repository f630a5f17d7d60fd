import Box from '@mui/material/Box';
import Card from '@mui/material/Card';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';

interface Tile {
  id: string;
  label: string;
  value: ReactNode;
  /** Below the figure: what it is compared with, or a part of it. */
  note?: ReactNode;
}

/** The figures that matter most, side by side. */
export function Tiles({ label, tiles }: { label: string; tiles: readonly Tile[] }) {
  return (
    <Box
      component="ul"
      aria-label={label}
      sx={{ display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 150px), 1fr))', gap: { xs: 1, sm: 2 }, m: 0, p: 0, listStyle: 'none' }}
    >
      {tiles.map(({ id, label: name, value, note }) => (
        <Card component="li" key={id} sx={{ p: { xs: 1.5, sm: 2 }, minWidth: 0 }}>
          <Typography variant="body2" color="textSecondary">
            {name}
          </Typography>
          <Typography component="div" sx={{ fontSize: '1.375rem', fontWeight: 650, lineHeight: 1.4, fontVariantNumeric: 'tabular-nums', overflowWrap: 'anywhere' }}>
            {value}
          </Typography>
          {note && (
            <Typography variant="caption" color="textSecondary" component="div">
              {note}
            </Typography>
          )}
        </Card>
      ))}
    </Box>
  );
}
