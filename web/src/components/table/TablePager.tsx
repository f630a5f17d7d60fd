import FirstPageIcon from '@mui/icons-material/FirstPage';
import KeyboardArrowLeftIcon from '@mui/icons-material/KeyboardArrowLeft';
import KeyboardArrowRightIcon from '@mui/icons-material/KeyboardArrowRight';
import LastPageIcon from '@mui/icons-material/LastPage';
import IconButton from '@mui/material/IconButton';
import MenuItem from '@mui/material/MenuItem';
import Stack from '@mui/material/Stack';
import type SvgIcon from '@mui/material/SvgIcon';
import TextField from '@mui/material/TextField';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../format/useFormat';
import type { Paging } from './tableTypes';
import { type ListState, pageSizes } from './useListState';

interface TablePagerProps {
  state: ListState;
  paging: Paging;
  rowCount: number;
}

export function TablePager({ state, paging, rowCount }: TablePagerProps) {
  const { t } = useTranslation('table');
  const format = useFormat();
  const shown = paging.kind === 'pages' ? pageRange(state, rowCount) : undefined;
  const total = paging.kind === 'pages' ? paging.total : undefined;
  return (
    <Stack component="nav" aria-label={t('paging')} direction="row" useFlexGap sx={{ alignItems: 'center', flexWrap: 'wrap', justifyContent: 'flex-end', gap: 1, px: 2, py: 1, borderTop: 1, borderColor: 'divider' }}>
      <Typography variant="body2" color="textSecondary" role="status" sx={{ mr: 'auto' }}>
        {shown && total !== undefined ? t('rangeOf', { from: format.number(shown.from), to: format.number(shown.to), total: format.number(total) }) : t('rows', { count: rowCount })}
      </Typography>
      {paging.kind !== 'whole' && <SizeChoice state={state} />}
      {paging.kind === 'pages' && <PageButtons state={state} total={paging.total ?? 0} />}
      {paging.kind === 'cursor' && <CursorButtons state={state} next={paging.next} />}
    </Stack>
  );
}

function pageRange({ page, size }: ListState, rowCount: number) {
  const before = (page - 1) * size;
  return { from: rowCount > 0 ? before + 1 : 0, to: before + rowCount };
}

function SizeChoice({ state }: { state: ListState }) {
  const { t } = useTranslation('table');
  return (
    <TextField
      select
      fullWidth={false}
      value={state.size}
      onChange={(event) => state.setSize(Number(event.target.value))}
      slotProps={{ select: { SelectDisplayProps: { 'aria-label': t('pageSize') }, variant: 'outlined' } }}
    >
      {pageSizes.map((size) => (
        <MenuItem key={size} value={size}>
          {t('perPage', { size })}
        </MenuItem>
      ))}
    </TextField>
  );
}

function PageButtons({ state, total }: { state: ListState; total: number }) {
  const { t } = useTranslation('table');
  const last = Math.max(Math.ceil(total / state.size), 1);
  const { page, setPage } = state;
  return (
    <div>
      <PagerButton label={t('firstPage')} icon={FirstPageIcon} disabled={page <= 1} onClick={() => setPage(1)} />
      <PagerButton label={t('previousPage')} icon={KeyboardArrowLeftIcon} disabled={page <= 1} onClick={() => setPage(page - 1)} />
      <PagerButton label={t('nextPage')} icon={KeyboardArrowRightIcon} disabled={page >= last} onClick={() => setPage(page + 1)} />
      <PagerButton label={t('lastPage')} icon={LastPageIcon} disabled={page >= last} onClick={() => setPage(last)} />
    </div>
  );
}

function CursorButtons({ state, next }: { state: ListState; next: string | undefined }) {
  const { t } = useTranslation('table');
  const goOlder = () => {
    if (next !== undefined) state.goOlder(next);
  };
  return (
    <div>
      <PagerButton label={t('newest')} icon={FirstPageIcon} disabled={!state.hasNewer} onClick={state.goNewest} />
      <PagerButton label={t('newer')} icon={KeyboardArrowLeftIcon} disabled={!state.hasNewer} onClick={state.goNewer} />
      <PagerButton label={t('older')} icon={KeyboardArrowRightIcon} disabled={next === undefined} onClick={goOlder} />
    </div>
  );
}

interface PagerButtonProps {
  label: string;
  icon: typeof SvgIcon;
  disabled: boolean;
  onClick: () => void;
}

function PagerButton({ label, icon: Icon, disabled, onClick }: PagerButtonProps) {
  return (
    <Tooltip title={label}>
      <span>
        <IconButton size="small" aria-label={label} disabled={disabled} onClick={onClick}>
          <Icon />
        </IconButton>
      </span>
    </Tooltip>
  );
}
