import { useTranslation } from 'react-i18next';
import { useSession } from '../auth/useSession';
import { useNotify } from '../components/feedback/useNotify';

/** Signs out, and says so where that failed. */
export function useSignOut(): () => void {
  const { t } = useTranslation('layout');
  const { signOut } = useSession();
  const notify = useNotify();
  return () => {
    signOut().catch((error: unknown) => notify.failure(t('signOutFailed'), error));
  };
}
