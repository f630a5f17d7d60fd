import Alert from '@mui/material/Alert';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableContainer from '@mui/material/TableContainer';
import TableFooter from '@mui/material/TableFooter';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Bill, LogDetail } from '../../api/generated';
import { useSite } from '../../app/useSite';
import { Quota } from '../../components/format/Quota';
import { useFormat } from '../../components/format/useFormat';
import { billInUsd, type BillInUsd } from './bill';

/** How the charge comes about: each kind of token times its price, summed, times the group's ratio, rounded up once. */
export function BillTable({ detail: { bill, row } }: { detail: LogDetail }) {
  const { t } = useTranslation('requests');
  const { quotaPerUnit } = useSite();
  if (!bill) return <Typography color="textSecondary">{row.error ? t('bill.failed') : t('bill.none')}</Typography>;
  return (
    <>
      <Formula bill={bill} usd={billInUsd(bill, quotaPerUnit)} />
      {bill.quota !== row.quota && (
        <Alert severity="info" sx={{ mt: 2 }}>
          {t('bill.differs')} <Quota value={row.quota} />
        </Alert>
      )}
      <Typography variant="body2" color="textSecondary" sx={{ mt: 1.5, overflowWrap: 'anywhere' }}>
        {t('bill.priceOf', { model: bill.priced_model, version: bill.price_version })}
      </Typography>
    </>
  );
}

function Formula({ bill, usd }: { bill: Bill; usd: BillInUsd }) {
  const { t } = useTranslation('requests');
  const format = useFormat();
  return (
    <TableContainer>
      <Table size="small" sx={{ '& th, & td': { px: { xs: 0.75, sm: 2 }, '&:first-of-type': { pl: 0 }, '&:last-of-type': { pr: 0 } } }} aria-label={t('detail.bill')}>
        <TableHead>
          <TableRow>
            <TableCell>{t('bill.kind')}</TableCell>
            <TableCell align="right">{t('bill.count')}</TableCell>
            <TableCell align="right">{bill.per_call ? t('bill.pricePerCall') : t('bill.pricePerMillion')}</TableCell>
            <TableCell align="right">{t('bill.amount')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {usd.lines.map((line) => (
            <TableRow key={line.kind}>
              <TableCell>{t(`kinds.${line.kind}`)}</TableCell>
              <Amount>{format.number(line.count)}</Amount>
              <Amount>{format.usd(line.price)}</Amount>
              <Amount>{exactUsd(line.amount)}</Amount>
            </TableRow>
          ))}
        </TableBody>
        <TableFooter sx={{ '& td': { color: 'text.primary', fontSize: 'body2.fontSize' } }}>
          <Total label={t('bill.sum')}>{exactUsd(usd.sum)}</Total>
          <Total label={t('bill.groupRatio')}>× {bill.group_ratio}</Total>
          <Total label={t('bill.exact')}>{exactUsd(usd.exact)}</Total>
          <Total label={t('bill.rounded', { quota: format.number(bill.quota) })} strong>
            {exactUsd(usd.charged)}
          </Total>
        </TableFooter>
      </Table>
    </TableContainer>
  );
}

/** All its digits: this is where somebody checks the books. */
function exactUsd(amount: string): string {
  return `$${amount}`;
}

function Amount({ children }: { children: ReactNode }) {
  return (
    <TableCell align="right" sx={{ fontVariantNumeric: 'tabular-nums' }}>
      {children}
    </TableCell>
  );
}

function Total({ label, strong = false, children }: { label: string; strong?: boolean; children: ReactNode }) {
  return (
    <TableRow>
      <TableCell colSpan={3} sx={{ fontWeight: strong ? 650 : undefined }}>
        {label}
      </TableCell>
      <TableCell align="right" sx={{ fontVariantNumeric: 'tabular-nums', fontWeight: strong ? 650 : undefined }}>
        {children}
      </TableCell>
    </TableRow>
  );
}
