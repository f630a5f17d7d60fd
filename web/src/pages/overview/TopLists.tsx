import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { Overview, UsageTop } from '../../api/generated';
import { BarList } from '../../components/charts/BarList';
import { useFormat } from '../../components/format/useFormat';
import { Section } from '../../components/Section';
import { requestsPath } from '../requests/requestsPath';

/** Who and what costs most. */
export function TopLists({ overview: { models, users, channels } }: { overview: Overview }) {
  const { t } = useTranslation('overview');
  return (
    <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(auto-fit, minmax(280px, 1fr))' } }}>
      <TopList colored title={t('top.models')} rows={models} to={({ name }) => requestsPath({ model: name })} />
      {users && <TopList title={t('top.users')} rows={users} to={({ id }) => `/panel/users/${id}`} />}
      {channels && <TopList title={t('top.channels')} rows={channels} to={({ id }) => `/panel/channels/${id}`} />}
    </Box>
  );
}

interface TopListProps {
  title: string;
  rows: readonly UsageTop[];
  to: (row: UsageTop) => string;
  /** Each in its own colour, as the charts have it. */
  colored?: boolean;
}

function TopList({ title, rows, to, colored = false }: TopListProps) {
  const { t } = useTranslation('overview');
  const { quota } = useFormat();
  return (
    <Section title={title}>
      <BarList
        label={title}
        rows={rows.map((row) => ({ id: `${row.id}:${row.name}`, label: row.name || `#${row.id}`, value: row.quota, to: to(row), colorOf: colored ? row.name : undefined }))}
        formatValue={quota}
        empty={<Typography color="textSecondary">{t('top.none')}</Typography>}
      />
    </Section>
  );
}
