import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { RowSelection } from './selection';

interface SelectionBarProps<Row> {
  selection: RowSelection<Row>;
  rowsShown: number;
  total: number;
  /** The bulk actions. */
  children: ReactNode;
}

/** How much is selected, what can be done with it, and the step from this page to all that the filter finds. */
export function SelectionBar<Row>({ selection, rowsShown, total, children }: SelectionBarProps<Row>) {
  const { t } = useTranslation('table');
  const canSelectMore = !selection.allMatching && selection.rows.length >= rowsShown && total > selection.rows.length;
  return (
    <Stack direction="row" useFlexGap role="region" aria-label={t('selection')} sx={{ alignItems: 'center', flexWrap: 'wrap', gap: 1, px: 2, py: 1, bgcolor: 'action.selected' }}>
      <Typography role="status" sx={{ fontWeight: 600 }}>
        {selection.allMatching ? t('allSelected', { count: total }) : t('selected', { count: selection.count })}
      </Typography>
      {canSelectMore && (
        <Button size="small" onClick={selection.selectMatching}>
          {t('selectAllMatching', { count: total })}
        </Button>
      )}
      <Button size="small" color="inherit" onClick={selection.clear}>
        {t('clearSelection')}
      </Button>
      <Stack direction="row" useFlexGap sx={{ gap: 1, flexWrap: 'wrap', ml: { sm: 'auto' } }}>
        {children}
      </Stack>
    </Stack>
  );
}
