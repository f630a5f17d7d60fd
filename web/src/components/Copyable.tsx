import Box from '@mui/material/Box';
import { monospace } from '../theme/theme';
import { CopyButton } from './CopyButton';

interface CopyableProps {
  text: string;
  /** For the button's name and the confirmation: "the model's name". */
  what: string;
}

/** A name or an address as machines write it, with a button that copies it. */
export function Copyable({ text, what }: CopyableProps) {
  return (
    <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', minWidth: 0, maxWidth: '100%' }}>
      <Box component="bdi" sx={{ fontFamily: monospace, fontSize: 'body2.fontSize', overflowWrap: 'anywhere', minWidth: 0 }}>
        {text}
      </Box>
      <CopyButton text={text} what={what} />
    </Box>
  );
}
