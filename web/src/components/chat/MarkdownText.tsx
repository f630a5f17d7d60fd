import Box from '@mui/material/Box';
import { Suspense } from 'react';
import { monospace } from '../../theme/theme';
import { ErrorBoundary } from '../feedback/ErrorBoundary';
import { lazyOr } from '../lazyOr';

const Markdown = lazyOr(async () => (await import('./Markdown')).default, Plain);

/** Text with Markdown's marks, drawn as they mean it once the renderer is here. */
export function MarkdownText({ text }: { text: string }) {
  return (
    <Box dir="auto" sx={style}>
      <ErrorBoundary>
        <Suspense fallback={<Plain text={text} />}>
          <Markdown text={text} />
        </Suspense>
      </ErrorBoundary>
    </Box>
  );
}

function Plain({ text }: { text: string }) {
  return <Box sx={{ whiteSpace: 'pre-wrap' }}>{text}</Box>;
}

const style = {
  overflowWrap: 'anywhere',
  lineHeight: 1.6,
  '& > :first-of-type': { mt: 0 },
  '& > :last-child': { mb: 0 },
  '& p, & ul, & ol, & blockquote, & table': { my: 1 },
  '& ul, & ol': { pl: 3 },
  '& li > p': { my: 0.25 },
  '& h1, & h2, & h3, & h4, & h5, & h6': { fontSize: '1rem', fontWeight: 650, mt: 2, mb: 0.5 },
  '& h1, & h2': { fontSize: '1.1rem' },
  '& blockquote': { borderLeft: 3, borderColor: 'divider', pl: 1.5, ml: 0, color: 'text.secondary' },
  '& :not(pre) > code': { fontFamily: monospace, fontSize: '0.9em', px: 0.5, borderRadius: 0.5, bgcolor: 'action.hover' },
  '& table': { display: 'block', overflowX: 'auto', borderCollapse: 'collapse', maxWidth: '100%' },
  '& th, & td': { border: 1, borderColor: 'divider', px: 1, py: 0.5, textAlign: 'start' },
  '& hr': { border: 0, borderTop: 1, borderColor: 'divider', my: 2 },
} as const;
