import { useTranslation } from 'react-i18next';
import { Page } from '../../layout/Page';

export default function ProfilePage() {
  const { t } = useTranslation('profile');
  return <Page title={t('title')}>{null}</Page>;
}
