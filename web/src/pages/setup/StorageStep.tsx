import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type DatabaseCheck, type StorageCheck, useGetSetupStorageQuery } from '../../api/generated';
import { type Fact, Facts } from '../../components/Facts';
import { ErrorPanel } from '../../components/feedback/ErrorPanel';
import { useFormat } from '../../components/format/useFormat';
import { Section } from '../../components/Section';
import { StatusChip } from '../../components/StatusChip';
import { PageLoading } from '../../layout/PageLoading';
import { StepHead } from './StepHead';
import { isClockRight, isFolderFit } from './storage';

const engines = { sqlite: 'SQLite', postgresql: 'PostgreSQL', mysql: 'MySQL' };

export function StorageStep() {
  const { t } = useTranslation('setup');
  const { data, error, isFetching, refetch } = useGetSetupStorageQuery(undefined, { refetchOnMountOrArgChange: true });
  return (
    <>
      <StepHead step="storage" />
      {error && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {!data && !error && <PageLoading />}
      {data && (
        <Stack spacing={2}>
          <Database title={data.log_database ? t('mainDatabase') : t('database')} check={data.database} />
          {data.log_database && <Database title={t('logDatabase')} check={data.log_database} />}
          <Folder folder={data.data_dir} />
          <Button variant="outlined" loading={isFetching} onClick={() => void refetch()} sx={{ alignSelf: 'flex-start' }}>
            {t('checkAgain')}
          </Button>
        </Stack>
      )}
    </>
  );
}

function Database({ title, check }: { title: string; check: DatabaseCheck }) {
  const { t } = useTranslation('setup');
  return (
    <CheckCard
      title={title}
      chip={<StatusChip tone={check.writable ? 'good' : 'bad'} label={check.writable ? t('writable') : t('notWritable')} />}
      facts={[
        { label: t('engine'), value: `${engines[check.engine]} ${check.version}` },
        { label: t('location'), value: check.location },
        { label: t('clock'), value: isClockRight(check) ? t('clockRight') : t('clockWrong', { count: Math.abs(check.clock_difference_s) }) },
      ]}
    />
  );
}

function Folder({ folder }: { folder: StorageCheck['data_dir'] }) {
  const { t } = useTranslation('setup');
  const format = useFormat();
  const fits = isFolderFit(folder);
  const label = folder.writable ? t('diskFull') : t('notWritable');
  const free = { free: format.bytes(folder.free_bytes), total: format.bytes(folder.total_bytes) };
  return (
    <CheckCard
      title={t('dataFolder')}
      chip={<StatusChip tone={fits ? 'good' : 'bad'} label={fits ? t('writable') : label} />}
      facts={[
        { label: t('location'), value: folder.path },
        { label: t('freeSpace'), value: folder.total_bytes > 0 ? t('freeOf', free) : free.free },
        { label: t('neededSpace'), value: format.bytes(folder.needed_bytes) },
      ]}
    />
  );
}

function CheckCard({ title, chip, facts }: { title: string; chip: ReactNode; facts: readonly Fact[] }) {
  return (
    <Section title={title} actions={chip}>
      <Facts facts={facts} />
    </Section>
  );
}
