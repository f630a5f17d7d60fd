import AddIcon from '@mui/icons-material/PersonAddAltOutlined';
import PeopleIcon from '@mui/icons-material/PeopleOutlined';
import Button from '@mui/material/Button';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import type { User } from '../../api/generated';
import { useCan } from '../../auth/useAccount';
import { EmptyState } from '../../components/feedback/EmptyState';
import { FilterBar } from '../../components/filters/FilterBar';
import { DataTable } from '../../components/table/DataTable';
import type { Selection } from '../../components/table/selection';
import { useListPaths } from '../../components/table/useListPaths';
import { Page } from '../../layout/Page';
import { BulkActions } from './BulkActions';
import { usersPath } from './user';
import { useUserColumns } from './useUserColumns';
import { useUserRowActions } from './useUserRowActions';
import { useUserFilters, useUsers } from './useUsers';

/** All users; `dialog` is what its address opened above the list. */
export function UserList({ dialog }: { dialog?: ReactNode }) {
  const { t } = useTranslation('users');
  const mayWrite = useCan()('users.write');
  const navigate = useNavigate();
  const { detailPath, editPath } = useListPaths(usersPath);
  const fields = useUserFilters();
  const { state, list, loadMatching } = useUsers(fields);
  const columns = useUserColumns();
  const { actionsOf, dialog: question } = useUserRowActions();
  const bulk = (selection: Selection<User>) => <BulkActions selection={selection} loadMatching={loadMatching} />;
  return (
    <Page title={t('title')} subtitle={t('subtitle')} actions={mayWrite && <AddButton />}>
      <FilterBar state={state} fields={fields} />
      <DataTable
        id="users"
        label={t('title')}
        state={state}
        paging={{ kind: 'pages', total: list.data?.total_count }}
        rows={list.data?.data}
        rowKey={(user: User) => String(user.id)}
        columns={columns}
        loading={list.isFetching}
        error={list.error}
        onRetry={() => void list.refetch()}
        empty={<EmptyState icon={PeopleIcon} title={t('empty.title')} text={t('empty.text')} action={mayWrite && <AddButton />} />}
        onOpen={(user) => void navigate(detailPath(user.id))}
        onEdit={mayWrite ? (user) => void navigate(editPath(user.id)) : undefined}
        rowActions={actionsOf}
        selection={mayWrite ? bulk : undefined}
      />
      {question}
      {dialog}
    </Page>
  );
}

function AddButton() {
  const { t } = useTranslation('users');
  const { newPath } = useListPaths(usersPath);
  return (
    <Button variant="contained" startIcon={<AddIcon />} component={Link} to={newPath}>
      {t('add')}
    </Button>
  );
}
