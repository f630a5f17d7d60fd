import Box from '@mui/material/Box';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import type { PageId } from '../app/pages';
import { useRememberVisit } from '../components/palette/visits';
import { PageBreadcrumbs } from './PageBreadcrumbs';
import { useDocumentTitle } from './useDocumentTitle';

interface PageProps {
  title: string;
  /** One line below the title. */
  subtitle?: ReactNode;
  /** Buttons at the right of the title, the page's main one last. */
  actions?: ReactNode;
  children: ReactNode;
  /** Reading width, for forms and texts. */
  narrow?: boolean;
  /** The page above it in the breadcrumbs, where its row of the table of pages does not tell. */
  parent?: PageId;
}

/** The head and body of every page: breadcrumbs where there is a page above, heading, actions, document title. */
export function Page({ title, subtitle, actions, children, narrow, parent }: PageProps) {
  useDocumentTitle(title);
  useRememberVisit(title);
  return (
    <Box sx={{ maxWidth: narrow ? 860 : 1760, mx: narrow ? undefined : 'auto' }}>
      <PageBreadcrumbs title={title} parent={parent} />
      <Stack direction="row" useFlexGap sx={{ alignItems: 'center', justifyContent: 'space-between', flexWrap: 'wrap', gap: 1, mb: 2 }}>
        <Box sx={{ minWidth: 0 }}>
          <Typography variant="h1" tabIndex={-1} sx={{ overflowWrap: 'anywhere' }}>
            {title}
          </Typography>
          {subtitle && (
            <Typography component="div" color="textSecondary">
              {subtitle}
            </Typography>
          )}
        </Box>
        {actions && (
          <Stack direction="row" useFlexGap sx={{ gap: 1, flexWrap: 'wrap' }}>
            {actions}
          </Stack>
        )}
      </Stack>
      {children}
    </Box>
  );
}
