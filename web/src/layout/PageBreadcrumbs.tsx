import Breadcrumbs from '@mui/material/Breadcrumbs';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import { findPage, type PageId, type PageRow, pathOf } from '../app/pages';
import { usePageRow } from './usePageRow';

function pagesAbove(parentId: PageId | undefined): PageRow[] {
  const parent = parentId && findPage(parentId);
  return parent ? [...pagesAbove(parent.parent), parent] : [];
}

export function PageBreadcrumbs({ title, parent }: { title: string; parent?: PageId }) {
  const { t } = useTranslation('layout');
  const row = usePageRow();
  const above = pagesAbove(parent ?? row?.parent);
  if (above.length === 0) return null;
  return (
    <Breadcrumbs aria-label={t('breadcrumbs')} sx={{ mb: 0.5, fontSize: 'body2.fontSize' }}>
      {above.map((page) => (
        <Link key={page.id} component={RouterLink} to={pathOf(page)}>
          {t(`pages.${page.id}`)}
        </Link>
      ))}
      <Typography variant="body2" noWrap sx={{ maxWidth: 'min(40ch, calc(100vw - 32px))' }}>
        {title}
      </Typography>
    </Breadcrumbs>
  );
}
