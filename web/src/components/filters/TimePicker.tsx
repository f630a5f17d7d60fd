import RefreshIcon from '@mui/icons-material/Refresh';
import ScheduleIcon from '@mui/icons-material/Schedule';
import Button from '@mui/material/Button';
import ButtonGroup from '@mui/material/ButtonGroup';
import Divider from '@mui/material/Divider';
import FormControlLabel from '@mui/material/FormControlLabel';
import MenuItem from '@mui/material/MenuItem';
import MenuList from '@mui/material/MenuList';
import Popover from '@mui/material/Popover';
import Stack from '@mui/material/Stack';
import Switch from '@mui/material/Switch';
import TextField from '@mui/material/TextField';
import Tooltip from '@mui/material/Tooltip';
import { type SyntheticEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAppSelector } from '../../app/store';
import { inputToUnix, unixToInput } from '../format/localTime';
import { TimeZoneChoice } from '../format/TimeZoneChoice';
import { useFormat } from '../format/useFormat';
import { isPreset, presets, refreshIntervals } from './timeRange';
import type { TimeRange } from './useTimeRange';

const presetNames = Object.keys(presets).filter(isPreset);

interface TimePickerProps {
  range: TimeRange;
  /** Whether the page can show the time before, too. */
  comparable?: boolean;
}

/** Which time a page looks at: the last while, or from one moment to another; and how often it looks again. */
export function TimePicker({ range, comparable = false }: TimePickerProps) {
  const { t } = useTranslation('filters');
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const close = () => setAnchor(null);
  const label = useRangeLabel(range);
  const zone = useAppSelector((state) => state.preferences.timeZone) ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <>
      <ButtonGroup variant="outlined" color="inherit" size="small" sx={{ '& .MuiButton-root': { borderColor: 'divider' } }}>
        <Button startIcon={<ScheduleIcon />} aria-haspopup="dialog" aria-expanded={anchor !== null} onClick={(event) => setAnchor(event.currentTarget)}>
          {label}
        </Button>
        <Tooltip title={t('refresh')}>
          <Button aria-label={t('refresh')} onClick={range.refresh}>
            <RefreshIcon fontSize="small" />
            {range.refreshEveryS > 0 && t('every', { count: range.refreshEveryS })}
          </Button>
        </Tooltip>
      </ButtonGroup>
      <Popover open={anchor !== null} anchorEl={anchor} onClose={close} anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }} slotProps={{ paper: { role: 'dialog', 'aria-label': t('time') } }}>
        <Stack direction={{ xs: 'column', sm: 'row' }} divider={<Divider orientation="vertical" flexItem />}>
          <MenuList dense aria-label={t('relative')}>
            {presetNames.map((preset) => (
              <MenuItem
                key={preset}
                selected={'preset' in range.choice && range.choice.preset === preset}
                onClick={() => {
                  range.setChoice({ preset });
                  close();
                }}
              >
                {t(`presets.${preset}`)}
              </MenuItem>
            ))}
          </MenuList>
          <Stack spacing={2} sx={{ p: 2, width: 280, maxWidth: '90vw' }}>
            <AbsoluteRange key={zone} zone={zone} range={range} onDone={close} />
            <TimeZoneChoice />
            <RefreshChoice range={range} />
            {comparable && <FormControlLabel label={t('compare')} control={<Switch checked={range.compare} onChange={(_event, checked) => range.setCompare(checked)} />} />}
          </Stack>
        </Stack>
      </Popover>
    </>
  );
}

function useRangeLabel({ choice }: TimeRange): string {
  const { t } = useTranslation('filters');
  const format = useFormat();
  if ('preset' in choice) return t(`presets.${choice.preset}`);
  return t('range', { from: format.dateTime(choice.from), to: format.dateTime(choice.to) });
}

interface AbsoluteRangeProps {
  range: TimeRange;
  zone: string;
  onDone: () => void;
}

function AbsoluteRange({ range, zone, onDone }: AbsoluteRangeProps) {
  const { t } = useTranslation('filters');
  const [from, setFrom] = useState(() => unixToInput(range.from, zone));
  const [to, setTo] = useState(() => unixToInput(range.to, zone));
  const start = inputToUnix(from, zone);
  const end = inputToUnix(to, zone);
  const backwards = start !== undefined && end !== undefined && start >= end;
  const apply = (event: SyntheticEvent) => {
    event.preventDefault();
    if (start === undefined || end === undefined || backwards) return;
    range.setChoice({ from: start, to: end });
    onDone();
  };
  return (
    <Stack component="form" spacing={2} onSubmit={apply}>
      <TextField label={t('from')} type="datetime-local" value={from} onChange={(event) => setFrom(event.target.value)} slotProps={{ inputLabel: { shrink: true } }} />
      <TextField
        label={t('to')}
        type="datetime-local"
        value={to}
        onChange={(event) => setTo(event.target.value)}
        error={backwards}
        helperText={backwards && t('backwards')}
        slotProps={{ inputLabel: { shrink: true } }}
      />
      <Button type="submit" variant="contained" disabled={start === undefined || end === undefined || backwards}>
        {t('apply')}
      </Button>
    </Stack>
  );
}

function RefreshChoice({ range }: { range: TimeRange }) {
  const { t } = useTranslation('filters');
  return (
    <TextField select label={t('autoRefresh')} value={range.refreshEveryS} onChange={(event) => range.setRefreshEvery(Number(event.target.value))}>
      {refreshIntervals.map((seconds) => (
        <MenuItem key={seconds} value={seconds}>
          {seconds === 0 ? t('off') : t('everyLong', { count: seconds })}
        </MenuItem>
      ))}
    </TextField>
  );
}
