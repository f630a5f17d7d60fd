import ArrowDownwardIcon from '@mui/icons-material/ArrowDownward';
import ArrowUpwardIcon from '@mui/icons-material/ArrowUpward';
import DensityIcon from '@mui/icons-material/DensityMedium';
import DownloadIcon from '@mui/icons-material/DownloadOutlined';
import NarrowerIcon from '@mui/icons-material/KeyboardDoubleArrowLeft';
import WiderIcon from '@mui/icons-material/KeyboardDoubleArrowRight';
import ViewColumnIcon from '@mui/icons-material/ViewColumnOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import IconButton from '@mui/material/IconButton';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import Popover from '@mui/material/Popover';
import Stack from '@mui/material/Stack';
import type SvgIcon from '@mui/material/SvgIcon';
import Switch from '@mui/material/Switch';
import TextField from '@mui/material/TextField';
import Tooltip from '@mui/material/Tooltip';
import { type MouseEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { preferencesChanged } from '../../app/preferencesSlice';
import { useAppDispatch, useAppSelector } from '../../app/store';
import { type ChosenColumns, type DataColumn, sortMember } from './columns';
import { type ExportFormat, exportRows } from './exportRows';
import type { ListState } from './useListState';

interface TableToolsProps<Row> {
  id: string;
  chosen: ChosenColumns<Row>;
  rows: readonly Row[];
  /** They have no head to sort by, and no widths. */
  asCards: boolean;
  state: ListState;
}

export function TableTools<Row>({ id, chosen, rows, asCards, state }: TableToolsProps<Row>) {
  return (
    <Stack direction="row" sx={{ justifyContent: 'flex-end', alignItems: 'center', px: 1, minHeight: 40 }}>
      {asCards && <SortChoice columns={chosen.all} state={state} />}
      <DensitySwitch />
      <ColumnsMenu chosen={chosen} asCards={asCards} />
      <ExportMenu id={id} rows={rows} columns={chosen.visible} />
    </Stack>
  );
}

interface ToolButtonProps {
  label: string;
  icon: typeof SvgIcon;
  onClick: (event: MouseEvent<HTMLElement>) => void;
  pressed?: boolean;
  expanded?: boolean;
}

function ToolButton({ label, icon: Icon, onClick, pressed, expanded }: ToolButtonProps) {
  return (
    <Tooltip title={label}>
      <IconButton size="small" aria-label={label} aria-pressed={pressed} aria-expanded={expanded} onClick={onClick}>
        <Icon fontSize="small" />
      </IconButton>
    </Tooltip>
  );
}

function DensitySwitch() {
  const { t } = useTranslation('table');
  const { density } = useAppSelector((state) => state.preferences);
  const dispatch = useAppDispatch();
  const compact = density === 'compact';
  const toggle = () => dispatch(preferencesChanged({ density: compact ? 'comfortable' : 'compact' }));
  return <ToolButton label={t('compact')} icon={DensityIcon} pressed={compact} onClick={toggle} />;
}

function SortChoice<Row>({ columns, state }: { columns: readonly DataColumn<Row>[]; state: ListState }) {
  const { t } = useTranslation('table');
  const choices = columns.flatMap((column) => {
    const member = sortMember(column);
    return member === undefined
      ? []
      : [
          { value: member, label: t('ascending', { column: column.header }) },
          { value: `-${member}`, label: t('descending', { column: column.header }) },
        ];
  });
  if (choices.length === 0) return null;
  const value = choices.some((choice) => choice.value === state.sort) ? state.sort : '';
  return (
    <TextField select fullWidth={false} variant="standard" label={t('sortBy')} value={value} onChange={(event) => state.setSort(event.target.value)} sx={{ minWidth: 140, mr: 'auto', ml: 1, mb: 1 }}>
      {choices.map((choice) => (
        <MenuItem key={choice.value} value={choice.value}>
          {choice.label}
        </MenuItem>
      ))}
    </TextField>
  );
}

interface ColumnsMenuProps<Row> {
  chosen: ChosenColumns<Row>;
  asCards: boolean;
}

const stretchPx = 24;

function ColumnsMenu<Row>({ chosen, asCards }: ColumnsMenuProps<Row>) {
  const { t } = useTranslation('table');
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <ToolButton label={t('columns')} icon={ViewColumnIcon} expanded={anchor !== null} onClick={(event) => setAnchor(event.currentTarget)} />
      <Popover anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)} slotProps={{ paper: { role: 'dialog', 'aria-label': t('columns'), sx: { p: 1, maxHeight: '60vh' } } }}>
        <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
          {chosen.all.map((column, index) => (
            <Stack key={column.id} component="li" direction="row" sx={{ alignItems: 'center', gap: 1, justifyContent: 'space-between' }}>
              <FormControlLabel
                sx={{ ml: 0 }}
                control={<Checkbox size="small" checked={chosen.isVisible(column)} disabled={column.essential} onChange={() => chosen.toggle(column)} />}
                label={column.header}
              />
              <Box sx={{ whiteSpace: 'nowrap' }}>
                {!asCards && chosen.isVisible(column) && (
                  <>
                    <MoveButton label={t('narrower', { column: column.header })} icon={NarrowerIcon} onClick={() => chosen.stretch(column, -stretchPx)} />
                    <MoveButton label={t('wider', { column: column.header })} icon={WiderIcon} onClick={() => chosen.stretch(column, stretchPx)} />
                  </>
                )}
                <MoveButton label={t('moveUp', { column: column.header })} icon={ArrowUpwardIcon} atEdge={index === 0} onClick={() => chosen.move(column, -1)} />
                <MoveButton label={t('moveDown', { column: column.header })} icon={ArrowDownwardIcon} atEdge={index === chosen.all.length - 1} onClick={() => chosen.move(column, 1)} />
              </Box>
            </Stack>
          ))}
        </Box>
        <FormControlLabel sx={{ ml: 0, display: 'flex' }} control={<Switch size="small" checked={chosen.pinned} onChange={chosen.togglePin} />} label={t('pinFirst')} />
        {chosen.reset && (
          <Button size="small" onClick={chosen.reset}>
            {t('resetColumns')}
          </Button>
        )}
      </Popover>
    </>
  );
}

interface MoveButtonProps {
  label: string;
  icon: typeof SvgIcon;
  atEdge?: boolean;
  onClick: () => void;
}

/** Not disabled at the edge, where a column often gets to by this very button: it would lose the focus. */
function MoveButton({ label, icon: Icon, atEdge = false, onClick }: MoveButtonProps) {
  return (
    <IconButton size="small" aria-label={label} aria-disabled={atEdge} onClick={onClick} sx={{ opacity: atEdge ? 0.4 : 1 }}>
      <Icon fontSize="inherit" />
    </IconButton>
  );
}

interface ExportMenuProps<Row> {
  id: string;
  rows: readonly Row[];
  columns: readonly DataColumn<Row>[];
}

function ExportMenu<Row>({ id, rows, columns }: ExportMenuProps<Row>) {
  const { t } = useTranslation('table');
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const save = (format: ExportFormat) => {
    setAnchor(null);
    exportRows(format, id, rows, columns);
  };
  return (
    <>
      <ToolButton label={t('export')} icon={DownloadIcon} expanded={anchor !== null} onClick={(event) => setAnchor(event.currentTarget)} />
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)} slotProps={{ list: { 'aria-label': t('export') } }}>
        <MenuItem onClick={() => save('csv')}>{t('exportCsv', { count: rows.length })}</MenuItem>
        <MenuItem onClick={() => save('json')}>{t('exportJson', { count: rows.length })}</MenuItem>
      </Menu>
    </>
  );
}
