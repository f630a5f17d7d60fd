import { useTranslation } from 'react-i18next';
import type { Token } from '../../api/generated';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { nameOf } from './token';
import { useTokenActions } from './useTokenActions';

interface DeleteTokensProps {
  tokens: readonly Token[];
  onClose: () => void;
  onDone?: () => void;
}

/** Asks first, and says what comes of it; it can be undone for a while. */
export function DeleteTokens({ tokens, onClose, onDone }: DeleteTokensProps) {
  const { t } = useTranslation(['tokens', 'common']);
  const { remove } = useTokenActions();
  const [first] = tokens;
  if (!first) return null;
  const used = tokens.filter((token) => token.request_count > 0).length;
  const single = tokens.length === 1;
  const textOfOne = used > 0 ? t('delete.textUsedOne') : t('delete.text');
  const textOfMany = used > 0 ? t('delete.textUsed', { count: used }) : t('delete.textMany');
  const confirm = async () => {
    await remove(tokens);
    onDone?.();
  };
  return (
    <ConfirmDialog
      danger
      title={single ? t('delete.titleOne', { name: nameOf(first) }) : t('delete.title', { count: tokens.length })}
      text={single ? textOfOne : textOfMany}
      confirmLabel={t('common:delete')}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}
