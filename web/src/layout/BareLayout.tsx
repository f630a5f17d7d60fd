import Box from '@mui/material/Box';
import { Outlet } from 'react-router';

/** For pages that are not the panel's: no menu, no account. */
export function BareLayout() {
  return (
    <Box component="main" sx={{ p: 3 }}>
      <Outlet />
    </Box>
  );
}
