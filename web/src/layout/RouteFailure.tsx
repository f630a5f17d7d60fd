import Box from '@mui/material/Box';
import { useRouteError } from 'react-router';
import { BrokenPanel } from '../components/feedback/BrokenPanel';

/** In the place of a page that could not be loaded or drawn. */
export function RouteFailure() {
  const error = useRouteError();
  return (
    <Box sx={{ p: 2 }}>
      <BrokenPanel error={error} onRetry={() => location.reload()} />
    </Box>
  );
}
