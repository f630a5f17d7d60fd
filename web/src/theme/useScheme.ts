import { useColorScheme } from '@mui/material/styles';
import useMediaQuery from '@mui/material/useMediaQuery';
import type { Scheme } from './colors';

/** Which of the two is shown, for what CSS variables do not reach. */
export function useScheme(): Scheme {
  const { mode, systemMode } = useColorScheme();
  const prefersDark = useMediaQuery('(prefers-color-scheme: dark)');
  if (mode === 'light' || mode === 'dark') return mode;
  return systemMode ?? (prefersDark ? 'dark' : 'light');
}
