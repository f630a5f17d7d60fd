import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { Link as RouterLink } from 'react-router';
import { useScheme } from '../../theme/useScheme';
import { colorOf } from './colors';

export interface BarRow {
  id: string;
  label: string;
  value: number;
  /** The model, channel or user whose colour it has, as in charts; by default it has no other than the rest. */
  colorOf?: string;
  /** Where the label leads. */
  to?: string;
}

interface BarListProps {
  label: string;
  rows: readonly BarRow[];
  formatValue?: (value: number) => string;
  /** In place of an empty list. */
  empty: ReactNode;
}

/** The greatest of something, each with a bar that compares it with the first. */
export function BarList({ label, rows, formatValue = String, empty }: BarListProps) {
  const scheme = useScheme();
  const greatest = Math.max(...rows.map((row) => row.value), 0);
  if (rows.length === 0) return empty;
  return (
    <Box component="ul" aria-label={label} sx={{ listStyle: 'none', m: 0, p: 0 }}>
      {rows.map((row) => (
        <Box component="li" key={row.id} sx={{ py: 0.75 }}>
          <Box sx={{ display: 'flex', justifyContent: 'space-between', gap: 2 }}>
            <Typography variant="body2" noWrap title={row.label} sx={{ minWidth: 0 }}>
              {row.to === undefined ? (
                row.label
              ) : (
                <Link component={RouterLink} to={row.to}>
                  {row.label}
                </Link>
              )}
            </Typography>
            <Typography variant="body2" sx={{ fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }}>
              {formatValue(row.value)}
            </Typography>
          </Box>
          <Box aria-hidden sx={{ height: 4, borderRadius: 2, bgcolor: 'action.hover' }}>
            <Box sx={{ height: '100%', borderRadius: 2, bgcolor: row.colorOf === undefined ? 'primary.main' : colorOf(row.colorOf, scheme), width: `${greatest > 0 ? (100 * row.value) / greatest : 0}%` }} />
          </Box>
        </Box>
      ))}
    </Box>
  );
}
