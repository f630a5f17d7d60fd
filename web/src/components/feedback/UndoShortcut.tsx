import { useTranslation } from 'react-i18next';
import { useAppSelector } from '../../app/store';
import { useShortcut } from '../shortcuts/useShortcut';
import { undoKey } from './undo';
import { useUndo } from './useUndo';

/** A key for the newest notice that offers a way back: the toasts are far from where the keyboard is. */
export function UndoShortcut() {
  const { t } = useTranslation();
  const newest = useAppSelector((state) => state.notices.findLast((notice) => notice.canUndo));
  const undo = useUndo();
  useShortcut({ keys: undoKey, label: t('undo'), enabled: newest !== undefined, run: () => newest && void undo(newest.id) });
  return null;
}
