import Chip from '@mui/material/Chip';
import Stack from '@mui/material/Stack';
import MuiTextField from '@mui/material/TextField';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useAppSelector } from '../../app/store';
import { inputToUnix, unixToInput } from '../../components/format/localTime';
import { useFormat } from '../../components/format/useFormat';
import { type FieldProps, numberOf, useField } from './useField';

const never = -1;

const presets = [
  { id: 'hour', seconds: 3_600 },
  { id: 'day', seconds: 86_400 },
  { id: 'week', seconds: 604_800 },
  { id: 'month', seconds: 30 * 86_400 },
  { id: 'year', seconds: 365 * 86_400 },
] as const;

function unixIn(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}

interface DateTimeFieldProps extends FieldProps {
  /** Whether "never" (-1) may be chosen. */
  canBeNever?: boolean;
}

/** A moment as Unix seconds, in the account's time zone; by hand, or so long from now. */
export function DateTimeField(props: DateTimeFieldProps) {
  const { t } = useTranslation('forms');
  const format = useFormat();
  const timeZone = useAppSelector((state) => state.preferences.timeZone);
  const display = useCallback((value: unknown) => (value === never ? t('never') : format.dateTime(Number(value))), [format, t]);
  const field = useField(props, { display });
  const { label, required, disabled, canBeNever } = props;
  const value = numberOf(field.value);
  const isNever = value === never;
  return (
    <Stack spacing={1}>
      <MuiTextField
        type="datetime-local"
        label={label}
        required={required}
        disabled={disabled}
        value={value === null || isNever || Number.isNaN(value) ? '' : unixToInput(value, timeZone)}
        onChange={(event) => field.setValue(event.target.value === '' ? (canBeNever ? never : null) : (inputToUnix(event.target.value, timeZone) ?? Number.NaN))}
        onBlur={field.onBlur}
        inputRef={field.ref}
        error={field.error}
        helperText={field.error ? field.helperText : isNever ? t('never') : field.helperText}
        slotProps={{ inputLabel: { shrink: true } }}
      />
      <Stack direction="row" useFlexGap sx={{ gap: 0.5, flexWrap: 'wrap' }}>
        {canBeNever && <Chip size="small" label={t('never')} disabled={disabled} color={isNever ? 'primary' : 'default'} onClick={() => field.setValue(never)} />}
        {presets.map(({ id, seconds }) => (
          <Chip key={id} size="small" label={t(`presets.${id}`)} disabled={disabled} onClick={() => field.setValue(unixIn(seconds))} />
        ))}
      </Stack>
    </Stack>
  );
}
