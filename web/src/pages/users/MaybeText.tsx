import Box from '@mui/material/Box';

/** Somebody's words, or a dash where there are none. */
export function MaybeText({ text = '' }: { text?: string }) {
  return (
    <Box component="bdi" sx={{ overflowWrap: 'anywhere' }}>
      {text === '' ? '—' : text}
    </Box>
  );
}
