import { useTheme } from '@mui/material/styles';
import useMediaQuery from '@mui/material/useMediaQuery';

/** Whether dialogs with more than a question fill the screen: on phones. */
export function useFillsScreen(): boolean {
  return useMediaQuery(useTheme().breakpoints.down('sm'));
}
