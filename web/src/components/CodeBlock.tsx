import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { monospace } from '../theme/theme';
import { CopyButton } from './CopyButton';

interface CodeBlockProps {
  code: string;
  /** What the button copies: "the command". */
  what: string;
  /** Above the code: its language, or the file it is for. */
  title?: string;
  /** What is copied, where it is not what is shown, such as a secret that is hidden. */
  copied?: string;
}

/** Text for a terminal or a file, with a button that copies it. */
export function CodeBlock({ code, what, title, copied = code }: CodeBlockProps) {
  return (
    <Box dir="ltr" sx={{ position: 'relative', border: 1, borderColor: 'divider', borderRadius: 1, bgcolor: 'background.default', overflow: 'hidden' }}>
      {title !== undefined && (
        <Typography variant="caption" component="p" color="textSecondary" noWrap sx={{ px: 1.5, py: 0.75, pr: 6, borderBottom: 1, borderColor: 'divider', fontFamily: monospace }}>
          {title}
        </Typography>
      )}
      <Box
        component="pre"
        tabIndex={0}
        role="group"
        aria-label={title ?? what}
        sx={{ m: 0, p: 1.5, pr: 6, overflow: 'auto', maxHeight: 360, fontFamily: monospace, fontSize: '0.8125rem', lineHeight: 1.6 }}
      >
        {code}
      </Box>
      <Box sx={{ position: 'absolute', top: 2, right: 4, bgcolor: 'background.default', borderRadius: 1 }}>
        <CopyButton text={copied} what={what} />
      </Box>
    </Box>
  );
}
