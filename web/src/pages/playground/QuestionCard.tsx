import EditIcon from '@mui/icons-material/EditOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import Tooltip from '@mui/material/Tooltip';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../components/CopyButton';
import type { QuestionTurn } from './conversation';

interface QuestionCardProps {
  turn: QuestionTurn;
  disabled: boolean;
  onEdit: (text: string) => void;
}

export function QuestionCard({ turn, disabled, onEdit }: QuestionCardProps) {
  const { t } = useTranslation('playground');
  const [editing, setEditing] = useState(false);
  if (editing) return <QuestionEditor text={turn.text} disabled={disabled} onEdit={onEdit} onClose={() => setEditing(false)} />;
  return (
    <Box sx={{ display: 'flex', flexDirection: 'column', alignItems: 'flex-end', '& .actions': { opacity: 0.6 }, '&:hover .actions, &:focus-within .actions': { opacity: 1 } }}>
      <Box dir="auto" sx={{ maxWidth: { xs: '100%', sm: '85%' }, maxHeight: 480, overflow: 'auto', px: 2, py: 1.25, borderRadius: 2, bgcolor: 'action.selected', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', lineHeight: 1.6 }}>
        {turn.images.map((image, index) => (
          <Box key={image} component="img" src={image} alt={t('imageNumber', { number: index + 1 })} sx={{ maxWidth: '100%', maxHeight: 240, display: 'block', borderRadius: 1, mb: 1 }} />
        ))}
        {turn.text}
      </Box>
      <Stack direction="row" className="actions">
        <CopyButton text={turn.text} what={t('theMessage')} />
        <Tooltip title={t('editMessage')}>
          <span>
            <IconButton aria-label={t('editMessage')} size="small" disabled={disabled} onClick={() => setEditing(true)}>
              <EditIcon fontSize="inherit" />
            </IconButton>
          </span>
        </Tooltip>
      </Stack>
    </Box>
  );
}

interface QuestionEditorProps {
  text: string;
  disabled: boolean;
  onEdit: (text: string) => void;
  onClose: () => void;
}

function QuestionEditor({ text: original, disabled, onEdit, onClose }: QuestionEditorProps) {
  const { t } = useTranslation('playground');
  const { t: common } = useTranslation();
  const [text, setText] = useState(original);
  return (
    <Stack spacing={1}>
      <TextField label={t('editMessage')} value={text} onChange={(event) => setText(event.target.value)} multiline minRows={2} maxRows={16} autoFocus helperText={t('editNote')} slotProps={{ htmlInput: { dir: 'auto' } }} />
      <Stack direction="row" spacing={1} sx={{ justifyContent: 'flex-end' }}>
        <Button color="inherit" onClick={onClose}>
          {common('cancel')}
        </Button>
        <Button variant="contained" disabled={disabled || text.trim() === ''} onClick={() => onEdit(text)}>
          {t('sendAgain')}
        </Button>
      </Stack>
    </Stack>
  );
}
