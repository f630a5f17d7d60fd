import CodeIcon from '@mui/icons-material/Code';
import ContentCopyIcon from '@mui/icons-material/ContentCopy';
import ReceiptIcon from '@mui/icons-material/ReceiptLongOutlined';
import TerminalIcon from '@mui/icons-material/Terminal';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import type { LogRow } from '../../api/generated';
import { useCan } from '../../auth/useAccount';
import { EmptyState } from '../../components/feedback/EmptyState';
import { codeFormIds, codeForms } from '../../components/code/callCode';
import { useCopyCode } from '../../components/code/useCopyCode';
import { FilterBar } from '../../components/filters/FilterBar';
import { TimePicker } from '../../components/filters/TimePicker';
import { useTimeRange } from '../../components/filters/useTimeRange';
import { DataTable } from '../../components/table/DataTable';
import type { RowAction } from '../../components/table/tableTypes';
import { useListState } from '../../components/table/useListState';
import { useCopy } from '../../components/useCopy';
import { Page } from '../../layout/Page';
import { isCall } from './logTypes';
import { requestCall } from './requestCall';
import { useRequestFilters } from './requestFilters';
import { RequestHistogram } from './RequestHistogram';
import { requestPath } from './requestsPath';
import { useRequestColumns } from './useRequestColumns';
import { useRequestList } from './useRequestList';

export default function RequestsPage() {
  const { t } = useTranslation('requests');
  const seesAll = useCan()('requests.all');
  const navigate = useNavigate();
  const fields = useRequestFilters();
  const state = useListState('requests', { defaultSize: 50, filters: fields });
  const range = useTimeRange('24h');
  const list = useRequestList(state, range);
  const columns = useRequestColumns();
  const actionsOf = useRowActions();
  const open = (row: LogRow) => {
    if (isCall(row)) void navigate(requestPath(row.request_id));
  };
  return (
    <Page title={t('title')} subtitle={seesAll ? t('subtitleAll') : t('subtitleOwn')}>
      <Stack direction={{ xs: 'column', md: 'row' }} sx={{ gap: 1, alignItems: { md: 'flex-start' }, justifyContent: 'space-between', mb: 1 }}>
        <FilterBar state={state} fields={fields} />
        <TimePicker range={range} comparable />
      </Stack>
      <RequestHistogram state={state} range={range} />
      <DataTable
        id="requests"
        label={t('title')}
        state={state}
        paging={{ kind: 'cursor', next: list.next }}
        rows={list.rows}
        rowKey={rowKey}
        columns={columns}
        loading={list.loading}
        error={list.error}
        onRetry={list.refetch}
        empty={<NoRequests older={list.next !== undefined} />}
        onOpen={open}
        rowActions={actionsOf}
      />
    </Page>
  );
}

/** Users are not told the numbers of their rows; the ids of requests are theirs. */
function rowKey(row: LogRow): string {
  return row.id > 0 ? String(row.id) : `${row.request_id}:${row.created_at}:${row.type}:${row.content}`;
}

function useRowActions(): (row: LogRow) => RowAction[] {
  const { t } = useTranslation(['requests', 'code']);
  const copy = useCopy();
  const copyCode = useCopyCode();
  return (row) =>
    isCall(row)
      ? [
          { id: 'id', label: t('copyId'), icon: ContentCopyIcon, onClick: () => void copy(row.request_id, t('theId')) },
          { id: 'model', label: t('copyModel'), icon: ContentCopyIcon, onClick: () => void copy(row.model_name, t('theModel')) },
          ...codeFormIds.map((form) => ({
            id: form,
            label: t('code:copyAs', { form: codeForms[form].name }),
            icon: form === 'curl' ? TerminalIcon : CodeIcon,
            onClick: () => copyCode(form, requestCall({ model: row.model_name, stream: row.is_stream })),
          })),
        ]
      : [];
}

/** A search of many rows is done in parts: this one held nothing, which says nothing of older ones. */
function NoRequests({ older }: { older: boolean }) {
  const { t } = useTranslation('requests');
  const mayPlay = useCan()('playground');
  if (older) return <EmptyState icon={ReceiptIcon} title={t('empty.partTitle')} text={t('empty.partText')} />;
  return (
    <EmptyState
      icon={ReceiptIcon}
      title={t('empty.title')}
      text={t('empty.text')}
      action={
        mayPlay && (
          <Button component={Link} to="/panel/playground" variant="contained">
            {t('empty.action')}
          </Button>
        )
      }
    />
  );
}
