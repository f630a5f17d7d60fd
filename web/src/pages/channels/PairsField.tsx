import AddIcon from '@mui/icons-material/Add';
import ArrowForwardIcon from '@mui/icons-material/ArrowForward';
import DeleteIcon from '@mui/icons-material/DeleteOutlined';
import Button from '@mui/material/Button';
import FormHelperText from '@mui/material/FormHelperText';
import IconButton from '@mui/material/IconButton';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { type FieldProps, useField } from '../../forms/fields/useField';
import { monospace } from '../../theme/theme';
import { isPairs, type Pair } from './pairs';

interface PairsFieldProps extends FieldProps {
  fromLabel: string;
  toLabel: string;
}

/** Names and what they stand for, a row each; the value is an array of pairs. */
export function PairsField(props: PairsFieldProps) {
  const { t } = useTranslation('channels');
  const { value, setValue, onBlur, ref, error, helperText } = useField(props, { display: textOfValue });
  const { label, fromLabel, toLabel } = props;
  const pairs = isPairs(value) ? value : [];
  const change = (index: number, part: Partial<Pair>) => setValue(pairs.map((pair, at) => (at === index ? { ...pair, ...part } : pair)));
  return (
    <Stack component="fieldset" sx={{ border: 0, m: 0, p: 0, minWidth: 0, gap: 1 }}>
      <Typography component="legend" variant="body2" sx={{ mb: 0.5, fontWeight: 600 }}>
        {label}
      </Typography>
      {helperText && (
        <FormHelperText error={error} sx={{ mt: 0 }}>
          {helperText}
        </FormHelperText>
      )}
      {pairs.map((pair, index) => (
        // The rows have nothing else that tells them apart.
        <Stack key={index} direction="row" sx={{ gap: 1, alignItems: 'flex-start' }}>
          <Stack direction={{ xs: 'column', sm: 'row' }} sx={{ gap: 1, flexGrow: 1, minWidth: 0, alignItems: { sm: 'center' } }}>
            <PairInput label={fromLabel} value={pair.from} onChange={(from) => change(index, { from })} onBlur={onBlur} />
            <ArrowForwardIcon aria-hidden fontSize="small" sx={{ display: { xs: 'none', sm: 'block' }, color: 'text.secondary' }} />
            <PairInput label={toLabel} value={pair.to} onChange={(to) => change(index, { to })} onBlur={onBlur} />
          </Stack>
          <IconButton aria-label={t('form.removePair', { number: index + 1 })} onClick={() => setValue(pairs.toSpliced(index, 1))}>
            <DeleteIcon fontSize="small" />
          </IconButton>
        </Stack>
      ))}
      <div>
        <Button ref={ref} size="small" startIcon={<AddIcon />} onClick={() => setValue([...pairs, { from: '', to: '' }])}>
          {t('form.addPair')}
        </Button>
      </div>
    </Stack>
  );
}

function textOfValue(value: unknown): string {
  return isPairs(value) ? value.map(({ from, to }) => `${from} → ${to}`).join(', ') : '';
}

interface PairInputProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  onBlur: () => void;
}

function PairInput({ label, value, onChange, onBlur }: PairInputProps) {
  return (
    <TextField
      label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      onBlur={onBlur}
      autoComplete="off"
      slotProps={{ htmlInput: { spellCheck: false, style: { fontFamily: monospace } } }}
    />
  );
}
