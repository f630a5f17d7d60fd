import Chip from '@mui/material/Chip';
import { useTranslation } from 'react-i18next';
import type { AppliedFilter, FilterField } from './fields';

interface FilterChipProps {
  field: FilterField;
  filter: AppliedFilter;
  onEdit: (anchor: HTMLElement) => void;
  onRemove: () => void;
}

export function FilterChip({ field, filter, onEdit, onRemove }: FilterChipProps) {
  const { t } = useTranslation(['filters', 'common']);
  const values = useValueText(field, filter);
  const label = t('chip', { field: field.label, operator: t(`operators.${filter.operator}`), values });
  return (
    <Chip
      label={label}
      title={label}
      onClick={(event) => onEdit(event.currentTarget)}
      onDelete={onRemove}
      sx={{ maxWidth: 'min(420px, 100%)' }}
    />
  );
}

function useValueText(field: FilterField, { operator, values }: AppliedFilter): string {
  const { t } = useTranslation(['filters', 'common']);
  if (operator === 'between') return t('range', { from: values[0], to: values[1] });
  const labels = values.map((value) => {
    if (field.kind === 'boolean') return value === 'true' ? t('common:yes') : t('common:no');
    return field.kind === 'choice' ? (field.options.find((option) => option.value === value)?.label ?? value) : value;
  });
  return labels.join(', ');
}
