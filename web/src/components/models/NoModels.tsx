import HubIcon from '@mui/icons-material/HubOutlined';
import Button from '@mui/material/Button';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useCan } from '../../auth/useAccount';
import { EmptyState } from '../feedback/EmptyState';

/** No model can be called: operators are led to what makes one, others are told whom to ask. */
export function NoModels() {
  const { t } = useTranslation('models');
  const mayAdd = useCan()('channels.write');
  return (
    <EmptyState
      icon={HubIcon}
      title={t('noneTitle')}
      text={mayAdd ? t('noneOperator') : t('noneUser')}
      action={
        mayAdd && (
          <Button component={Link} to="/panel/channels" variant="contained">
            {t('toChannels')}
          </Button>
        )
      }
    />
  );
}
