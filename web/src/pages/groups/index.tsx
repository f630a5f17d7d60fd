import AddIcon from '@mui/icons-material/Add';
import GroupsIcon from '@mui/icons-material/GroupsOutlined';
import Button from '@mui/material/Button';
import { useTranslation } from 'react-i18next';
import { Link, Route, Routes, useNavigate } from 'react-router';
import type { Group } from '../../api/generated';
import { useCan } from '../../auth/useAccount';
import { EmptyState } from '../../components/feedback/EmptyState';
import { FilterBar } from '../../components/filters/FilterBar';
import { DataTable } from '../../components/table/DataTable';
import { Page } from '../../layout/Page';
import { EditGroup, NewGroup } from './GroupForm';
import { useGroupColumns } from './useGroupColumns';
import { useGroupFilters, useGroupList } from './useGroupList';
import { useGroupPaths } from './useGroupPaths';
import { useRowActions } from './useRowActions';

export default function GroupsPage() {
  const { t } = useTranslation('groups');
  const can = useCan();
  const navigate = useNavigate();
  const fields = useGroupFilters();
  const { state, list } = useGroupList(fields);
  const columns = useGroupColumns();
  const { actionsOf, dialog } = useRowActions();
  const { editPath } = useGroupPaths();
  const mayWrite = can('groups.write');
  const edit = (group: Group) => void navigate(editPath(group));
  return (
    <Page title={t('title')} subtitle={t('subtitle')} actions={mayWrite && <AddButton />}>
      <FilterBar state={state} fields={fields} />
      <DataTable
        id="groups"
        label={t('title')}
        state={state}
        paging={{ kind: 'pages', total: list.data?.total_count }}
        rows={list.data?.data}
        rowKey={(group) => String(group.id)}
        columns={columns}
        loading={list.isFetching}
        error={list.error}
        onRetry={() => void list.refetch()}
        empty={<EmptyState icon={GroupsIcon} title={t('empty.title')} text={t('empty.text')} action={mayWrite && <AddButton />} />}
        onOpen={mayWrite ? edit : undefined}
        onEdit={mayWrite ? edit : undefined}
        rowActions={mayWrite ? actionsOf : undefined}
      />
      {dialog}
      {mayWrite && (
        <Routes>
          <Route path="new" element={<NewGroup />} />
          <Route path=":id/edit" element={<EditGroup />} />
          <Route path="*" element={null} />
        </Routes>
      )}
    </Page>
  );
}

function AddButton() {
  const { t } = useTranslation('groups');
  const { newPath } = useGroupPaths();
  return (
    <Button variant="contained" startIcon={<AddIcon />} component={Link} to={newPath}>
      {t('add')}
    </Button>
  );
}
