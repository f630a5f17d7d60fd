import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import { useTranslation } from 'react-i18next';
import { Link as RouterLink } from 'react-router';
import { type Token, useGetTokenQuery } from '../../api/generated';
import { Clipped } from '../../components/Clipped';
import { Section } from '../../components/Section';
import { StatusChip } from '../../components/StatusChip';
import { useNow } from '../../components/useNow';
import { nameOf, tokensPath } from '../tokens/token';
import { tokenTrouble, type TokenTrouble } from './tokenTrouble';

/** One's own tokens that need something, of the hundred used last. Nothing where all are well. */
export function TokenAttention() {
  const { t } = useTranslation('overview');
  const now = useNow();
  const { data } = useGetTokenQuery({ page: 1, size: 100, order: '-accessed_time' });
  const troubled = (data?.data ?? []).flatMap((token) => {
    const trouble = tokenTrouble(token, now);
    return trouble ? [{ token, trouble }] : [];
  });
  if (troubled.length === 0) return null;
  return (
    <Section title={t('tokens.title')}>
      <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none', maxHeight: 240, overflow: 'auto' }}>
        {troubled.map(({ token, trouble }) => (
          <Row key={token.id} token={token} trouble={trouble} />
        ))}
      </Box>
    </Section>
  );
}

function Row({ token, trouble }: { token: Token; trouble: TokenTrouble }) {
  const { t } = useTranslation('overview');
  return (
    <Box component="li" sx={{ display: 'flex', justifyContent: 'space-between', alignItems: 'center', gap: 2, py: 0.75 }}>
      <Link component={RouterLink} to={`${tokensPath}/${token.id}`} sx={{ minWidth: 0 }}>
        <Clipped text={nameOf(token)} lines={1} />
      </Link>
      <StatusChip tone={trouble === 'expired' || trouble === 'exhausted' ? 'bad' : 'warning'} label={t(`tokens.trouble.${trouble}`)} />
    </Box>
  );
}
