import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import { useTranslation } from 'react-i18next';

const rows = [0, 1, 2, 3, 4, 5, 6, 7];

/** Before the first rows are here. */
export function TableSkeleton({ columns, label }: { columns: number; label: string }) {
  const { t } = useTranslation('table');
  return (
    <Box role="status" aria-label={t('loadingList', { list: label })} sx={{ p: 2 }}>
      {rows.map((row) => (
        <Box key={row} aria-hidden sx={{ display: 'grid', gridTemplateColumns: `repeat(${columns}, 1fr)`, gap: 2, py: 0.75 }}>
          {Array.from({ length: columns }, (_, column) => (
            <Skeleton key={column} height={24} />
          ))}
        </Box>
      ))}
    </Box>
  );
}
