import ChevronRightIcon from '@mui/icons-material/ChevronRight';
import Box from '@mui/material/Box';
import Checkbox from '@mui/material/Checkbox';
import Divider from '@mui/material/Divider';
import IconButton from '@mui/material/IconButton';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { titleColumn } from './columns';
import { RowMenu } from './RowMenu';
import type { RowView } from './RowTable';

/** The rows on a phone: a card each, its title first, the other columns below it with their names. */
export function CardList<Row>(view: RowView<Row>) {
  const { rows, rowKey, label } = view;
  return (
    <Stack component="ul" aria-label={label} divider={<Divider component="li" aria-hidden />} sx={{ m: 0, p: 0, listStyle: 'none' }}>
      {rows.map((row, index) => (
        <Card key={rowKey(row)} view={view} row={row} index={index} />
      ))}
    </Stack>
  );
}

function Card<Row>({ view, row, index }: { view: RowView<Row>; row: Row; index: number }) {
  const { t } = useTranslation('table');
  const { columns, selection, rowKey, rowActions, onOpen } = view;
  const title = titleColumn(columns);
  const facts = columns.filter((column) => column !== title && column.card !== 'none');
  return (
    <Box component="li" sx={{ p: 2 }}>
      <Stack direction="row" sx={{ alignItems: 'center', gap: 1 }}>
        {selection && (
          <Checkbox
            edge="start"
            size="small"
            checked={selection.has(rowKey(row))}
            onChange={() => selection.toggle(rowKey(row), row)}
            slotProps={{ input: { 'aria-label': t('selectRow', { number: index + 1 }) } }}
          />
        )}
        <Box sx={{ flexGrow: 1, minWidth: 0, fontWeight: 600, overflowWrap: 'anywhere' }}>{title?.cell(row)}</Box>
        {rowActions && <RowMenu actions={rowActions(row)} />}
        {onOpen && (
          <IconButton size="small" edge="end" aria-label={t('keys.open')} onClick={() => onOpen(row)}>
            <ChevronRightIcon />
          </IconButton>
        )}
      </Stack>
      <Box component="dl" sx={{ display: 'grid', gridTemplateColumns: 'minmax(72px, max-content) 1fr', columnGap: 2, rowGap: 0.5, m: 0, mt: 1 }}>
        {facts.map((column) => (
          <Fragment key={column.id}>
            <Typography component="dt" variant="body2" color="textSecondary" sx={{ maxWidth: '38vw' }}>
              {column.header}
            </Typography>
            <Typography component="dd" variant="body2" sx={{ m: 0, minWidth: 0, overflowWrap: 'anywhere' }}>
              {column.cell(row)}
            </Typography>
          </Fragment>
        ))}
      </Box>
    </Box>
  );
}
