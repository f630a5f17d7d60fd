import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import Stack from '@mui/material/Stack';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { type LogDetail, useGetLogRequestIdQuery } from '../../api/generated';
import { CopyCodeMenu } from '../../components/code/CopyCodeMenu';
import { CopyButton } from '../../components/CopyButton';
import { ErrorPanel } from '../../components/feedback/ErrorPanel';
import { Section } from '../../components/Section';
import { Page } from '../../layout/Page';
import { BillTable } from './BillTable';
import { requestCall } from './requestCall';
import { isCall } from './logTypes';
import { RequestFacts } from './RequestFacts';
import { RequestState } from './RequestState';
import { TimeLine } from './TimeLine';

export default function RequestPage() {
  const { t } = useTranslation(['requests', 'common']);
  const { id = '' } = useParams();
  const { currentData: detail, error, refetch } = useGetLogRequestIdQuery({ requestId: id });
  return (
    <Page title={titleOf(detail) ?? t('request')} subtitle={<RequestId id={id} />} actions={detail && isCall(detail.row) && <CopyCodeMenu call={callOf(detail)} />}>
      {error !== undefined && !detail && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {!detail && error === undefined && <Skeleton role="status" variant="rounded" height={320} aria-label={t('common:loading')} />}
      {detail && <Sections detail={detail} />}
    </Page>
  );
}

function callOf({ row, operation, client_dialect: dialect }: LogDetail) {
  return requestCall({ model: row.model_name, stream: row.is_stream, operation, dialect });
}

/** Rows that are no call have no model. */
function titleOf(detail: LogDetail | undefined): string | undefined {
  return detail?.row.model_name === '' ? undefined : detail?.row.model_name;
}

function Sections({ detail }: { detail: LogDetail }) {
  const { t } = useTranslation('requests');
  return (
    <Box sx={{ display: 'grid', gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(2, minmax(0, 1fr))' }, gap: 2, alignItems: 'start' }}>
      <Section title={t('detail.facts')} actions={<RequestState row={detail.row} />}>
        <RequestFacts detail={detail} />
      </Section>
      <Section title={t('detail.timeLine')}>
        <TimeLine detail={detail} />
      </Section>
      <Box sx={{ gridColumn: '1 / -1', minWidth: 0 }}>
        <Section title={t('detail.bill')}>
          <BillTable detail={detail} />
        </Section>
      </Box>
    </Box>
  );
}

function RequestId({ id }: { id: string }) {
  const { t } = useTranslation('requests');
  return (
    <Stack direction="row" sx={{ alignItems: 'center', gap: 0.5, overflowWrap: 'anywhere' }}>
      <Box component="span" sx={{ minWidth: 0 }}>
        {t('detail.id', { id })}
      </Box>
      <CopyButton text={id} what={t('theId')} />
    </Stack>
  );
}
