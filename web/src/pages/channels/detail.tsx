import EditIcon from '@mui/icons-material/EditOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import Stack from '@mui/material/Stack';
import { skipToken } from '@reduxjs/toolkit/query';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { type Channel, useGetChannelIdQuery } from '../../api/generated';
import { useCan } from '../../auth/useAccount';
import { CopyButton } from '../../components/CopyButton';
import { ErrorPanel } from '../../components/feedback/ErrorPanel';
import { Section } from '../../components/Section';
import { PageMenu } from '../../components/table/PageMenu';
import { Page } from '../../layout/Page';
import { joinList, splitList } from './channel';
import { ChannelErrors } from './ChannelErrors';
import { ChannelHealth } from './ChannelHealth';
import { ModelNames } from './ChannelModels';
import { ChannelSettings } from './ChannelSettings';
import { ChannelUse } from './ChannelUse';
import { TestDialog } from './TestDialog';
import { useProviders } from './useProviders';
import { useRowActions } from './useRowActions';
import { useTestAddress } from './useTestAddress';

const refreshMs = 10_000;

export default function ChannelPage() {
  const { t } = useTranslation(['channels', 'common']);
  const { id: address } = useParams();
  const id = Number(address);
  const { currentData, error, refetch } = useGetChannelIdQuery(Number.isSafeInteger(id) ? { id } : skipToken, { pollingInterval: refreshMs, skipPollingIfUnfocused: true });
  if (currentData) return <ChannelDetail channel={currentData} error={error} onRetry={refetch} />;
  return (
    <Page title={t('channelNumber', { id: address })}>
      {error === undefined ? <Skeleton role="status" variant="rounded" height={320} aria-label={t('common:loading')} /> : <ErrorPanel error={error} onRetry={() => void refetch()} />}
    </Page>
  );
}

interface ChannelDetailProps {
  channel: Channel;
  error: unknown;
  onRetry: () => unknown;
}

function ChannelDetail({ channel, error, onRetry }: ChannelDetailProps) {
  const { t } = useTranslation(['channels', 'common']);
  const { title } = useProviders();
  const models = splitList(channel.models);
  return (
    <Page title={channel.name || t('channelNumber', { id: channel.id })} subtitle={`${title(channel.type)} · #${channel.id}`} actions={<DetailActions channel={channel} />}>
      {error !== undefined && <ErrorPanel title={t('outdated')} error={error} onRetry={() => void onRetry()} />}
      <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(2, minmax(0, 1fr))' }, alignItems: 'start' }}>
        <Stack sx={{ gap: 2, minWidth: 0 }}>
          <ChannelHealth channel={channel} />
          <ChannelUse channel={channel} />
        </Stack>
        <Stack sx={{ gap: 2, minWidth: 0 }}>
          <ChannelSettings channel={channel} />
          <Section title={t('modelCount', { count: models.length })} actions={<CopyButton text={joinList(models)} what={t('theModels')} />}>
            <ModelNames models={models} />
          </Section>
        </Stack>
        <Box sx={{ gridColumn: '1 / -1' }}>
          <ChannelErrors channel={channel} />
        </Box>
      </Box>
    </Page>
  );
}

function DetailActions({ channel }: { channel: Channel }) {
  const { t } = useTranslation(['channels', 'common']);
  const mayWrite = useCan()('channels.write');
  const [testing, setTesting] = useTestAddress();
  const navigate = useNavigate();
  const { actionsOf, dialog } = useRowActions(() => void navigate('/panel/channels', { replace: true }));
  return (
    <>
      {mayWrite && (
        <Button variant="contained" startIcon={<EditIcon />} component={Link} to={`/panel/channels/${channel.id}/edit`}>
          {t('common:edit')}
        </Button>
      )}
      <PageMenu actions={actionsOf(channel)} />
      {dialog}
      {testing && mayWrite && <TestDialog channel={channel} onClose={() => setTesting(false)} />}
    </>
  );
}
