import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { Fragment, type ReactNode } from 'react';

export interface Fact {
  label: string;
  value: ReactNode;
}

/** Names and values in two columns, for what a page says of one object. */
export function Facts({ facts }: { facts: readonly (Fact | false | undefined)[] }) {
  return (
    <Box component="dl" sx={{ display: 'grid', gridTemplateColumns: 'minmax(96px, max-content) minmax(0, 1fr)', columnGap: 3, rowGap: 1, m: 0 }}>
      {facts.filter((fact) => fact !== false && fact !== undefined).map(({ label, value }) => (
        <Fragment key={label}>
          <Typography component="dt" variant="body2" color="textSecondary" sx={{ maxWidth: '40vw', overflowWrap: 'anywhere' }}>
            {label}
          </Typography>
          <Typography component="dd" variant="body2" sx={{ m: 0, minWidth: 0, overflowWrap: 'anywhere' }}>
            {value}
          </Typography>
        </Fragment>
      ))}
    </Box>
  );
}
