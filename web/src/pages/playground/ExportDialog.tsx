import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import Typography from '@mui/material/Typography';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlaygroundRequest } from '../../api/generated';
import { chatCall, type CodeForm, codeFormIds, codeForms, keyVariable } from '../../components/code/callCode';
import { CodeBlock } from '../../components/CodeBlock';
import { useServerAddress } from '../../components/code/useServerAddress';
import { useFillsScreen } from '../../components/useFillsScreen';

/** The conversation so far as a program's call, without the key. */
export function ExportDialog({ request, onClose }: { request: PlaygroundRequest; onClose: () => void }) {
  const { t } = useTranslation('playground');
  const { t: common } = useTranslation();
  const [form, setForm] = useState<CodeForm>('curl');
  const server = useServerAddress();
  const titleId = useId();
  const { group, ...body } = request;
  const fillsScreen = useFillsScreen();
  return (
    <Dialog open fullWidth fullScreen={fillsScreen} maxWidth="md" onClose={onClose} aria-labelledby={titleId}>
      <DialogTitle id={titleId}>{t('exportTitle')}</DialogTitle>
      <DialogContent>
        <Tabs value={form} onChange={(_, chosen: CodeForm) => setForm(chosen)} aria-label={t('exportTitle')}>
          {codeFormIds.map((id) => (
            <Tab key={id} value={id} label={codeForms[id].name} />
          ))}
        </Tabs>
        <CodeBlock code={codeForms[form].write({ server }, chatCall(body))} what={t('theCode')} />
        <Typography variant="body2" color="textSecondary">
          {t('exportKey', { variable: keyVariable })}
          {group && ` ${t('exportGroup', { group })}`}
        </Typography>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{common('close')}</Button>
      </DialogActions>
    </Dialog>
  );
}
