import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';

interface LegendEntry {
  id: string;
  label: string;
  color: string;
  /** At the time that is pointed at. */
  value: string | undefined;
}

export function Legend({ entries, time }: { entries: readonly LegendEntry[]; time: string | undefined }) {
  return (
    <Box component="figcaption" sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 2, rowGap: 0.5, px: 1, minHeight: 24 }}>
      {entries.map((entry) => (
        <Box key={entry.id} sx={{ display: 'flex', alignItems: 'center', gap: 0.75, maxWidth: '100%' }}>
          <Box aria-hidden sx={{ width: 10, height: 10, borderRadius: 0.5, flexShrink: 0, bgcolor: entry.color }} />
          <Typography variant="caption" noWrap title={entry.label} sx={{ maxWidth: 240 }}>
            {entry.label}
          </Typography>
          {entry.value && (
            <Typography variant="caption" sx={{ fontWeight: 600, fontVariantNumeric: 'tabular-nums' }}>
              {entry.value}
            </Typography>
          )}
        </Box>
      ))}
      {time && (
        <Typography variant="caption" color="textSecondary" sx={{ ml: 'auto' }}>
          {time}
        </Typography>
      )}
    </Box>
  );
}
