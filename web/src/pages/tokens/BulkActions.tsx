import BlockIcon from '@mui/icons-material/Block';
import ContentCopyIcon from '@mui/icons-material/ContentCopy';
import DeleteIcon from '@mui/icons-material/DeleteOutlined';
import PlayArrowIcon from '@mui/icons-material/PlayArrowOutlined';
import Button from '@mui/material/Button';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Token } from '../../api/generated';
import { useNotify } from '../../components/feedback/useNotify';
import type { Selection } from '../../components/table/selection';
import { useCopy } from '../../components/useCopy';
import { keyOf } from '../connect/tokens';
import { DeleteTokens } from './DeleteTokens';
import { useTokenActions } from './useTokenActions';
import { useTokensWithKeys } from './useTokensWithKeys';

interface BulkActionsProps {
  selection: Selection<Token>;
  loadMatching: () => Promise<Token[]>;
}

/** What can be done to all selected tokens at once. */
export function BulkActions({ selection, loadMatching }: BulkActionsProps) {
  const { t } = useTranslation(['tokens', 'common']);
  const notify = useNotify();
  const copy = useCopy();
  const { setEnabled } = useTokenActions();
  const withKeys = useTokensWithKeys();
  const [busy, setBusy] = useState(false);
  const [deleting, setDeleting] = useState<readonly Token[]>();

  const withSelected = async (act: (tokens: readonly Token[]) => unknown) => {
    setBusy(true);
    try {
      await act(selection.allMatching ? await loadMatching() : selection.rows);
    } catch (error) {
      notify.failure(t('bulk.notLoaded'), error);
    } finally {
      setBusy(false);
    }
  };
  const copyKeys = async (tokens: readonly Token[]) => {
    const shown = tokens.some((token) => token.key_withheld) ? await withKeys(tokens) : tokens;
    const keys = shown.map(keyOf).filter((key) => key !== undefined);
    if (keys.length > 0) await copy(keys.join('\n'), t('theKeys', { count: keys.length }));
  };
  const showsKeys = selection.rows.some((token) => token.key !== '' || token.key_withheld);

  return (
    <>
      <Button color="inherit" startIcon={<PlayArrowIcon />} disabled={busy} onClick={() => withSelected((tokens) => setEnabled(tokens, true))}>
        {t('enable')}
      </Button>
      <Button color="inherit" startIcon={<BlockIcon />} disabled={busy} onClick={() => withSelected((tokens) => setEnabled(tokens, false))}>
        {t('disable')}
      </Button>
      {showsKeys && (
        <Button color="inherit" startIcon={<ContentCopyIcon />} disabled={busy} onClick={() => withSelected(copyKeys)}>
          {t('bulk.copyKeys')}
        </Button>
      )}
      <Button color="error" startIcon={<DeleteIcon />} disabled={busy} onClick={() => withSelected(setDeleting)}>
        {t('common:delete')}
      </Button>
      {deleting && <DeleteTokens tokens={deleting} onClose={() => setDeleting(undefined)} onDone={selection.clear} />}
    </>
  );
}
