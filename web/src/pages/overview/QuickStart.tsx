import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { type Token, useGetTokenQuery } from '../../api/generated';
import { CodeBlock } from '../../components/CodeBlock';
import { Section } from '../../components/Section';
import { nameOf } from '../tokens/token';
import { useTokenCurl } from '../tokens/useTokenCurl';

/** A call that works as it stands, or the way to a token for it. */
export function QuickStart() {
  const { t } = useTranslation('overview');
  const { data } = useGetTokenQuery({ page: 1, size: 100, order: '-accessed_time' });
  if (!data) return null;
  const token = data.data.find(({ status }) => status === 1);
  if (token) return <Snippet token={token} />;
  return (
    <Section title={t('quickStart.title')}>
      <Typography color="textSecondary" sx={{ mb: 1.5 }}>
        {t('quickStart.noToken')}
      </Typography>
      <Button variant="contained" component={Link} to="/panel/tokens/new" sx={{ alignSelf: 'flex-start' }}>
        {t('quickStart.makeToken')}
      </Button>
    </Section>
  );
}

function Snippet({ token }: { token: Token }) {
  const { t } = useTranslation('overview');
  const { shown, copied } = useTokenCurl(token);
  return (
    <Section
      title={t('quickStart.title')}
      actions={
        <Button size="small" component={Link} to="/panel/connect">
          {t('quickStart.more')}
        </Button>
      }
    >
      <Typography color="textSecondary" sx={{ overflowWrap: 'anywhere' }}>
        {shown === undefined ? t('quickStart.noModel') : t('quickStart.with', { name: nameOf(token) })}
      </Typography>
      {shown !== undefined && <CodeBlock code={shown} copied={copied} what={t('theCommand')} />}
    </Section>
  );
}
