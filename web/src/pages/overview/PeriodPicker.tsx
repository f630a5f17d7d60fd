import RefreshIcon from '@mui/icons-material/Refresh';
import FormControlLabel from '@mui/material/FormControlLabel';
import IconButton from '@mui/material/IconButton';
import Switch from '@mui/material/Switch';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import Tooltip from '@mui/material/Tooltip';
import { useTranslation } from 'react-i18next';
import { isPeriod, type Period, periods } from './usePeriod';

interface PeriodPickerProps {
  days: Period;
  onChange: (days: Period) => void;
  compare: boolean;
  onCompare: (compare: boolean) => void;
  onRefresh: () => void;
  refreshing: boolean;
}

export function PeriodPicker({ days, onChange, compare, onCompare, onRefresh, refreshing }: PeriodPickerProps) {
  const { t } = useTranslation(['overview', 'filters']);
  return (
    <>
      <FormControlLabel label={t('filters:compare')} control={<Switch checked={compare} onChange={(_event, checked) => onCompare(checked)} />} />
      <ToggleButtonGroup
        exclusive
        size="small"
        value={days}
        aria-label={t('period')}
        onChange={(_, chosen: unknown) => {
          if (isPeriod(chosen)) onChange(chosen);
        }}
      >
        {periods.map((period) => (
          <ToggleButton key={period} value={period} sx={{ px: 1.5 }}>
            {t(`periods.${period}`)}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      <Tooltip title={t('refresh')}>
        <IconButton aria-label={t('refresh')} onClick={onRefresh} loading={refreshing}>
          <RefreshIcon fontSize="small" />
        </IconButton>
      </Tooltip>
    </>
  );
}
