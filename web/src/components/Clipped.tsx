import Box from '@mui/material/Box';

interface ClippedProps {
  text: string;
  lines?: number;
}

/** Somebody's text in a list: as many lines of it as there is room for, the whole on pointing. Names may be long. */
export function Clipped({ text, lines = 2 }: ClippedProps) {
  return (
    <Box
      component="bdi"
      title={text}
      sx={{ display: '-webkit-box', WebkitBoxOrient: 'vertical', WebkitLineClamp: lines, overflow: 'hidden', overflowWrap: 'anywhere' }}
    >
      {text}
    </Box>
  );
}
