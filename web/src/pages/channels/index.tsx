import AddIcon from '@mui/icons-material/Add';
import HubIcon from '@mui/icons-material/HubOutlined';
import SpeedIcon from '@mui/icons-material/Speed';
import Button from '@mui/material/Button';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import type { Channel } from '../../api/generated';
import { useCan } from '../../auth/useAccount';
import { EmptyState } from '../../components/feedback/EmptyState';
import { FilterBar } from '../../components/filters/FilterBar';
import type { Selection } from '../../components/table/selection';
import { DataTable } from '../../components/table/DataTable';
import { Page } from '../../layout/Page';
import { BulkActions } from './BulkActions';
import { TestAllDialog } from './TestAllDialog';
import { useChannelColumns } from './useChannelColumns';
import { useChannelFilters, useChannelList } from './useChannelList';
import { useRowActions } from './useRowActions';
import { useTestAddress } from './useTestAddress';

export default function ChannelsPage() {
  const { t } = useTranslation('channels');
  const can = useCan();
  const navigate = useNavigate();
  const fields = useChannelFilters();
  const { state, list, loadMatching } = useChannelList(fields);
  const columns = useChannelColumns();
  const { actionsOf, dialog } = useRowActions();
  const mayWrite = can('channels.write');
  const open = (channel: Channel) => void navigate(`/panel/channels/${channel.id}`);
  const edit = (channel: Channel) => void navigate(`/panel/channels/${channel.id}/edit`);
  const bulk = (selection: Selection<Channel>) => <BulkActions selection={selection} loadMatching={loadMatching} />;
  return (
    <Page title={t('title')} subtitle={t('subtitle')} actions={mayWrite && <PageActions />}>
      <FilterBar state={state} fields={fields} />
      <DataTable
        id="channels"
        label={t('title')}
        state={state}
        paging={{ kind: 'pages', total: list.data?.total_count }}
        rows={list.data?.data}
        rowKey={(channel) => String(channel.id)}
        columns={columns}
        loading={list.isFetching && list.currentData === undefined}
        error={list.error}
        onRetry={() => void list.refetch()}
        empty={<NoChannels />}
        onOpen={open}
        onEdit={mayWrite ? edit : undefined}
        rowActions={actionsOf}
        selection={mayWrite ? bulk : undefined}
      />
      {dialog}
    </Page>
  );
}

function PageActions() {
  const { t } = useTranslation('channels');
  const [testing, setTesting] = useTestAddress();
  return (
    <>
      <Button variant="outlined" startIcon={<SpeedIcon />} onClick={() => setTesting(true)}>
        {t('testAll.action')}
      </Button>
      <AddButton />
      {testing && <TestAllDialog onClose={() => setTesting(false)} />}
    </>
  );
}

function AddButton() {
  const { t } = useTranslation('channels');
  return (
    <Button variant="contained" startIcon={<AddIcon />} component={Link} to="/panel/channels/new">
      {t('add')}
    </Button>
  );
}

function NoChannels() {
  const { t } = useTranslation('channels');
  const can = useCan();
  return <EmptyState icon={HubIcon} title={t('empty.title')} text={t('empty.text')} action={can('channels.write') && <AddButton />} />;
}
