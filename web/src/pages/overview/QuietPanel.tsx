import InsightsIcon from '@mui/icons-material/InsightsOutlined';
import Button from '@mui/material/Button';
import Card from '@mui/material/Card';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useCan } from '../../auth/useAccount';
import { EmptyState } from '../../components/feedback/EmptyState';

/** In the place of charts that would be empty. */
export function QuietPanel() {
  const { t } = useTranslation('overview');
  const mayPlay = useCan()('playground');
  return (
    <Card>
      <EmptyState
        icon={InsightsIcon}
        title={t('quiet.title')}
        text={t('quiet.text')}
        action={
          mayPlay && (
            <Button component={Link} to="/panel/playground" variant="contained">
              {t('quiet.action')}
            </Button>
          )
        }
      />
    </Card>
  );
}
