import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableContainer from '@mui/material/TableContainer';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { type FieldChange, listDifference } from './changes';
import { FieldValue } from './FieldValue';

/** What is about to change, before it does. It takes the focus from the form that it replaces. */
export function ReviewPanel({ changes }: { changes: readonly FieldChange[] }) {
  const { t } = useTranslation('forms');
  const head = useRef<HTMLParagraphElement>(null);
  useEffect(() => head.current?.focus(), []);
  return (
    <>
      <Typography ref={head} tabIndex={-1} sx={{ mb: 1, outline: 'none' }}>
        {t('reviewText')}
      </Typography>
      <TableContainer>
        <Table size="small" aria-label={t('review')}>
          <TableHead>
            <TableRow>
              <TableCell>{t('field')}</TableCell>
              <TableCell>{t('before')}</TableCell>
              <TableCell>{t('after')}</TableCell>
            </TableRow>
          </TableHead>
          <TableBody>
            {changes.map((change) => (
              <ChangeRow key={change.field.name} {...change} />
            ))}
          </TableBody>
        </Table>
      </TableContainer>
    </>
  );
}

/** Of long lists, such as models, only what leaves and what comes. */
function ChangeRow({ field, before, after }: FieldChange) {
  const { t } = useTranslation('forms');
  const list = field.display ? undefined : listDifference(before, after);
  return (
    <TableRow>
      <TableCell component="th" scope="row">
        {field.label}
      </TableCell>
      <TableCell>{field.secret ? t('secretBefore') : <FieldValue field={field} value={list ? list.removed.map((text) => `− ${text}`) : before} />}</TableCell>
      <TableCell>
        <FieldValue field={field} value={list ? list.added.map((text) => `+ ${text}`) : after} />
      </TableCell>
    </TableRow>
  );
}
