import CancelIcon from '@mui/icons-material/CancelOutlined';
import CheckCircleIcon from '@mui/icons-material/CheckCircleOutlined';
import InfoIcon from '@mui/icons-material/InfoOutlined';
import PauseCircleIcon from '@mui/icons-material/PauseCircleOutlined';
import WarningIcon from '@mui/icons-material/WarningAmberOutlined';
import Chip from '@mui/material/Chip';
import Tooltip from '@mui/material/Tooltip';

export type StatusTone = 'good' | 'warning' | 'bad' | 'info' | 'off';

interface StatusChipProps {
  tone: StatusTone;
  label: string;
  /** Why, on pointing or focus. */
  reason?: string;
}

const looks = {
  good: { color: 'success', Icon: CheckCircleIcon },
  warning: { color: 'warning', Icon: WarningIcon },
  bad: { color: 'error', Icon: CancelIcon },
  info: { color: 'info', Icon: InfoIcon },
  off: { color: 'default', Icon: PauseCircleIcon },
} as const;

/** A state by icon and word: colour alone says it to few. */
export function StatusChip({ tone, label, reason }: StatusChipProps) {
  const { color, Icon } = looks[tone];
  const chip = <Chip size="small" variant="outlined" color={color} icon={<Icon />} label={label} tabIndex={reason ? 0 : undefined} />;
  return reason ? <Tooltip title={reason}>{chip}</Tooltip> : chip;
}
