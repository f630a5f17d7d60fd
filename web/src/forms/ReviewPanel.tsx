import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { FieldChange } from './changes';
import { FieldValue } from './FieldValue';

/** What is about to change, before it does. */
export function ReviewPanel({ changes }: { changes: readonly FieldChange[] }) {
  const { t } = useTranslation('forms');
  return (
    <>
      <Typography sx={{ mb: 1 }}>{t('reviewText')}</Typography>
      <Table size="small" aria-label={t('review')}>
        <TableHead>
          <TableRow>
            <TableCell>{t('field')}</TableCell>
            <TableCell>{t('before')}</TableCell>
            <TableCell>{t('after')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {changes.map(({ field, before, after }) => (
            <TableRow key={field.name}>
              <TableCell component="th" scope="row">
                {field.label}
              </TableCell>
              <TableCell>
                <FieldValue field={field} value={before} />
              </TableCell>
              <TableCell>
                <FieldValue field={field} value={after} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </>
  );
}
