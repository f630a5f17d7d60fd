import AddIcon from '@mui/icons-material/Add';
import KeyIcon from '@mui/icons-material/KeyOutlined';
import Button from '@mui/material/Button';
import { type ReactNode, useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { type Token, useGetTokenQuery, useLazyGetTokenQuery } from '../../api/generated';
import { loadPages } from '../../api/loadPages';
import { EmptyState } from '../../components/feedback/EmptyState';
import { FilterBar } from '../../components/filters/FilterBar';
import type { FilterField } from '../../components/filters/fields';
import { DataTable } from '../../components/table/DataTable';
import { useListPaths } from '../../components/table/useListPaths';
import { useListState } from '../../components/table/useListState';
import { Page } from '../../layout/Page';
import { BulkActions } from './BulkActions';
import { tokensPath } from './token';
import { useTokenColumns } from './useTokenColumns';
import { useTokenRowActions } from './useTokenRowActions';

/** One's own tokens; `dialog` is what its address opened above the list. */
export function TokenList({ dialog }: { dialog?: ReactNode }) {
  const { t } = useTranslation('tokens');
  const navigate = useNavigate();
  const { detailPath, editPath } = useListPaths(tokensPath);
  const fields = useMemo((): FilterField[] => [{ id: 'keyword', label: t('name'), kind: 'text', operators: ['contains'] }], [t]);
  const state = useListState('tokens', { defaultSort: '-id', filters: fields });
  const query = { keyword: state.value('keyword'), order: state.sort };
  const { data, isFetching, error, refetch } = useGetTokenQuery({ ...query, page: state.page, size: state.size });
  const [load] = useLazyGetTokenQuery();
  const { keyword, order } = query;
  const loadMatching = useCallback(() => loadPages((page, size) => load({ keyword, order, page, size }).unwrap()), [load, keyword, order]);
  const columns = useTokenColumns();
  const { actionsOf, dialog: question } = useTokenRowActions();
  return (
    <Page title={t('title')} subtitle={t('subtitle')} actions={<AddButton />}>
      <FilterBar state={state} fields={fields} />
      <DataTable
        id="tokens"
        label={t('title')}
        state={state}
        paging={{ kind: 'pages', total: data?.total_count }}
        rows={data?.data}
        rowKey={(token: Token) => String(token.id)}
        columns={columns}
        loading={isFetching}
        error={error}
        onRetry={() => void refetch()}
        empty={<EmptyState icon={KeyIcon} title={t('empty.title')} text={t('empty.text')} action={<AddButton />} />}
        onOpen={(token) => void navigate(detailPath(token.id))}
        onEdit={(token) => void navigate(editPath(token.id))}
        rowActions={actionsOf}
        selection={(selection) => <BulkActions selection={selection} loadMatching={loadMatching} />}
      />
      {question}
      {dialog}
    </Page>
  );
}

function AddButton() {
  const { t } = useTranslation('tokens');
  const { newPath } = useListPaths(tokensPath);
  return (
    <Button variant="contained" startIcon={<AddIcon />} component={Link} to={newPath}>
      {t('add')}
    </Button>
  );
}
