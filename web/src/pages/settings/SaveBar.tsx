import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type OptionMeta, usePutOptionBatchMutation } from '../../api/generated';
import { toProblem } from '../../api/problem';
import { useNotify } from '../../components/feedback/useNotify';
import { aboveBottomBar } from '../../layout/bottomBarHeight';
import { ReviewDialog } from './ReviewDialog';
import type { Editing } from './SettingList';

interface SaveBarProps {
  /** Those of the section, or of the search, that were changed. */
  settings: readonly OptionMeta[];
  editing: Editing;
}

/** Shown while there is something to save: all of it in one call, after a look at it. */
export function SaveBar({ settings, editing }: SaveBarProps) {
  const { t } = useTranslation('settings');
  const [reviewing, setReviewing] = useState(false);
  const save = useSave(settings, editing);
  if (settings.length === 0) return null;
  return (
    <Paper elevation={4} role="region" aria-label={t('unsaved', { count: settings.length })} sx={{ position: 'sticky', bottom: aboveBottomBar(16), mt: 2, p: 1.5, display: 'flex', alignItems: 'center', gap: 1, flexWrap: 'wrap', border: 1, borderColor: 'divider', zIndex: 1 }}>
      <Typography sx={{ flexGrow: 1 }}>{t('unsaved', { count: settings.length })}</Typography>
      <Button color="inherit" onClick={() => editing.forget(settings.map(({ option }) => option))}>
        {t('discard')}
      </Button>
      <Button variant="contained" onClick={() => setReviewing(true)}>
        {t('review')}
      </Button>
      {reviewing && <ReviewDialog settings={settings} edits={editing.edits} onSave={save} onClose={() => setReviewing(false)} />}
    </Paper>
  );
}

/** @return saves; what is refused is said beside its field, and what has no field is thrown. */
function useSave(settings: readonly OptionMeta[], { edits, forget, setFaults }: Editing): () => Promise<void> {
  const { t } = useTranslation('settings');
  const notify = useNotify();
  const [change] = usePutOptionBatchMutation();
  return async () => {
    const options = settings.map(({ option }) => ({ key: option, value: edits[option] ?? '' }));
    try {
      const { not_in_force: outdone } = await change({ body: { options } }).unwrap();
      forget(options.map(({ key }) => key));
      notify.success(t('saved', { count: options.length }));
      if (outdone.length > 0) notify.info(t('notInForce', { options: outdone.join(', ') }));
    } catch (error) {
      const { fields } = toProblem(error);
      if (!fields) throw error;
      setFaults(fields);
    }
  };
}
