import Box from '@mui/material/Box';
import { monospace } from '../../theme/theme';

export function KeyText({ text }: { text: string }) {
  return (
    <Box component="code" dir="ltr" sx={{ flexGrow: 1, minWidth: 0, fontFamily: monospace, fontSize: '0.8125rem', overflowWrap: 'anywhere' }}>
      {text}
    </Box>
  );
}
