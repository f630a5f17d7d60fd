import Box from '@mui/material/Box';
import { useTranslation } from 'react-i18next';
import type { FieldInfo } from './formContext';

/** A field's value in words. */
export function FieldValue({ field, value }: { field: FieldInfo; value: unknown }) {
  const { t } = useTranslation(['forms', 'common']);
  const text = () => {
    if (isEmpty(value)) return t('nothing');
    if (field.secret) return t('secret');
    if (field.display) return field.display(value);
    if (typeof value === 'boolean') return value ? t('common:yes') : t('common:no');
    if (Array.isArray(value)) return value.join(', ');
    return typeof value === 'string' ? value : JSON.stringify(value);
  };
  return (
    <Box component="span" sx={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
      {text()}
    </Box>
  );
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}
