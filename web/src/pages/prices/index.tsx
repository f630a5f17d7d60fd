import AddIcon from '@mui/icons-material/Add';
import Button from '@mui/material/Button';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import { useTranslation } from 'react-i18next';
import { Link, Route, Routes, useSearchParams } from 'react-router';
import { useGetPricesUnpricedQuery } from '../../api/generated';
import { useCan } from '../../auth/useAccount';
import { Page } from '../../layout/Page';
import { EditPrice } from './EditPrice';
import { NewPrice } from './NewPrice';
import { PriceTable } from './PriceTable';
import { UnpricedTable } from './UnpricedTable';
import { useDialogPath } from './useDialogPath';

export default function PricesPage() {
  const { t } = useTranslation('prices');
  const can = useCan();
  const { newPath } = useDialogPath();
  const [params] = useSearchParams();
  const unpriced = params.get('view') === 'unpriced';
  const mayWrite = can('prices.write');
  return (
    <Page
      title={t('title')}
      subtitle={t('subtitle')}
      actions={
        mayWrite && (
          <Button variant="contained" startIcon={<AddIcon />} component={Link} to={newPath([])}>
            {t('add')}
          </Button>
        )
      }
    >
      <ViewTabs unpriced={unpriced} />
      {unpriced ? <UnpricedTable /> : <PriceTable />}
      {mayWrite && (
        <Routes>
          <Route path="new" element={<NewPrice />} />
          <Route path="edit" element={<EditPrice />} />
          <Route path="*" element={null} />
        </Routes>
      )}
    </Page>
  );
}

function ViewTabs({ unpriced }: { unpriced: boolean }) {
  const { t } = useTranslation('prices');
  const { data } = useGetPricesUnpricedQuery();
  return (
    <Tabs value={unpriced ? 'unpriced' : 'all'} aria-label={t('views')} sx={{ mb: 2 }}>
      <Tab value="all" label={t('all')} component={Link} to="/panel/prices" />
      <Tab value="unpriced" label={data ? t('unpriced.tabCount', { count: data.length }) : t('unpriced.tab')} component={Link} to="/panel/prices?view=unpriced" />
    </Tabs>
  );
}
