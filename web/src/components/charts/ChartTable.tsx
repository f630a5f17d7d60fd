import Box from '@mui/material/Box';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableContainer from '@mui/material/TableContainer';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../format/useFormat';
import type { TimeSeriesProps } from './timeSeries';

type ChartTableProps = Required<Pick<TimeSeriesProps, 'label' | 'times' | 'series' | 'formatValue'>>;

/** The chart's figures, for those who cannot see it or want them exactly. */
export function ChartTable({ label, times, series, formatValue }: ChartTableProps) {
  const { t } = useTranslation('charts');
  const [open, setOpen] = useState(false);
  return (
    <Box component="details" onToggle={(event) => setOpen(event.currentTarget.open)} sx={{ px: 1, fontSize: 'caption.fontSize', color: 'text.secondary' }}>
      <summary>{t('asTable')}</summary>
      {open && <Figures label={label} times={times} series={series} formatValue={formatValue} />}
    </Box>
  );
}

function Figures({ label, times, series, formatValue }: ChartTableProps) {
  const { t } = useTranslation('charts');
  const format = useFormat();
  return (
    <TableContainer tabIndex={0} role="region" aria-label={label} sx={{ maxHeight: 320 }}>
      <Table size="small" stickyHeader aria-label={label}>
        <TableHead>
          <TableRow>
            <TableCell>{t('time')}</TableCell>
            {series.map((one) => (
              <TableCell key={one.id} align="right">
                {one.label}
              </TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {times.map((time, index) => (
            <TableRow key={time}>
              <TableCell component="th" scope="row">
                {format.dateTime(time)}
              </TableCell>
              {series.map((one) => {
                const value = one.values[index];
                return (
                  <TableCell key={one.id} align="right">
                    {value === undefined || value === null ? '—' : formatValue(value)}
                  </TableCell>
                );
              })}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  );
}
