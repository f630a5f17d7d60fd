import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { Overview } from '../../api/generated';
import { Figure } from '../../components/format/Money';
import { useFormat } from '../../components/format/useFormat';
import { Section } from '../../components/Section';

/** How long the newest calls took. */
export function LatencyPanel({ overview: { latency } }: { overview: Overview }) {
  const { t } = useTranslation('overview');
  const { number } = useFormat();
  return (
    <Section title={t('latency.title')}>
      {latency.calls === 0 ? (
        <Typography color="textSecondary">{t('latency.none')}</Typography>
      ) : (
        <>
          <Table size="small" sx={{ '& th, & td': { px: 1, '&:first-of-type': { pl: 0 }, '&:last-of-type': { pr: 0 } } }} aria-label={t('latency.title')}>
            <TableHead>
              <TableRow>
                <TableCell component="td" />
                <TableCell align="right">{t('latency.half')}</TableCell>
                <TableCell align="right">{t('latency.most')}</TableCell>
              </TableRow>
            </TableHead>
            <TableBody>
              <Row label={t('latency.whole')} p50={latency.p50_ms} p95={latency.p95_ms} />
              <Row label={t('latency.firstByte')} p50={latency.first_byte_p50_ms} p95={latency.first_byte_p95_ms} />
            </TableBody>
          </Table>
          <Typography variant="caption" color="textSecondary" component="p" sx={{ mt: 1.5 }}>
            {t('latency.of', { calls: number(latency.calls), streams: number(latency.streams) })}
          </Typography>
        </>
      )}
    </Section>
  );
}

function Row({ label, p50, p95 }: { label: string; p50: number | null; p95: number | null }) {
  return (
    <TableRow>
      <TableCell component="th" scope="row">
        {label}
      </TableCell>
      <TableCell align="right">
        <Duration milliseconds={p50} />
      </TableCell>
      <TableCell align="right">
        <Duration milliseconds={p95} />
      </TableCell>
    </TableRow>
  );
}

function Duration({ milliseconds }: { milliseconds: number | null }) {
  const { duration } = useFormat();
  return <Figure text={milliseconds === null ? '—' : duration(milliseconds)} />;
}
