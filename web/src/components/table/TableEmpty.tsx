import FilterAltOffIcon from '@mui/icons-material/FilterAltOffOutlined';
import Button from '@mui/material/Button';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../feedback/EmptyState';
import type { ListState } from './useListState';

/** No rows: because of the filters, because the page is past the end, or because there is nothing yet. */
export function TableEmpty({ state, empty }: { state: ListState; empty: ReactNode }) {
  const { t } = useTranslation('table');
  if (state.filters.length > 0) {
    return <EmptyState icon={FilterAltOffIcon} title={t('noMatch')} text={t('noMatchText')} action={<Button onClick={state.clear}>{t('clearFilters')}</Button>} />;
  }
  if (state.page > 1 || state.hasNewer) {
    const first = () => (state.hasNewer ? state.goNewest() : state.setPage(1));
    return <EmptyState icon={FilterAltOffIcon} title={t('pastEnd')} action={<Button onClick={first}>{t('firstPage')}</Button>} />;
  }
  return empty;
}
