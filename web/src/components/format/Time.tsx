import Tooltip from '@mui/material/Tooltip';
import { useNow } from '../useNow';
import { useFormat } from './useFormat';

interface TimeProps {
  /** Unix seconds; 0 is never. */
  at: number;
  /** What to show for never. */
  never?: string;
  /** Shows the date and time (`short`: without the year), and how long ago on pointing; by default the other way round. */
  absolute?: boolean | 'short';
}

export function Time({ at, never = '—', absolute = false }: TimeProps) {
  const now = useNow();
  const format = useFormat();
  if (at <= 0) return <>{never}</>;
  const relative = format.relative(at, now);
  const exact = format.dateTime(at);
  return (
    <Tooltip title={absolute === true ? relative : exact}>
      <time dateTime={new Date(at * 1000).toISOString()} style={{ whiteSpace: absolute === true ? undefined : 'nowrap' }}>
        {absolute === 'short' ? format.moment(at) : absolute ? exact : relative}
      </time>
    </Tooltip>
  );
}
