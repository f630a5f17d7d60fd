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
import { chatAsCurl, chatAsJavaScript, chatAsPython, keyVariable } from '../../components/code/chatCode';
import { CodeBlock } from '../../components/CodeBlock';
import { useServerAddress } from '../../components/code/useServerAddress';

const forms = { curl: chatAsCurl, python: chatAsPython, javascript: chatAsJavaScript };
type FormId = keyof typeof forms;
const names: Record<FormId, string> = { curl: 'curl', python: 'Python', javascript: 'JavaScript' };
const formIds: readonly FormId[] = ['curl', 'python', 'javascript'];

/** The conversation so far as a program's call, without the key. */
export function ExportDialog({ request, onClose }: { request: PlaygroundRequest; onClose: () => void }) {
  const { t } = useTranslation('playground');
  const { t: common } = useTranslation();
  const [form, setForm] = useState<FormId>('curl');
  const server = useServerAddress();
  const titleId = useId();
  const { group, ...body } = request;
  return (
    <Dialog open fullWidth maxWidth="md" onClose={onClose} aria-labelledby={titleId}>
      <DialogTitle id={titleId}>{t('exportTitle')}</DialogTitle>
      <DialogContent>
        <Tabs value={form} onChange={(_, chosen: FormId) => setForm(chosen)} aria-label={t('exportTitle')}>
          {formIds.map((id) => (
            <Tab key={id} value={id} label={names[id]} />
          ))}
        </Tabs>
        <CodeBlock code={forms[form]({ server }, body)} what={t('theCode')} />
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
