import AddPhotoIcon from '@mui/icons-material/AddPhotoAlternateOutlined';
import CloseIcon from '@mui/icons-material/Close';
import SendIcon from '@mui/icons-material/Send';
import StopIcon from '@mui/icons-material/Stop';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import Tooltip from '@mui/material/Tooltip';
import { type ChangeEvent, type KeyboardEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { aboveBottomBar } from '../../layout/bottomBarHeight';
import { readImage } from './readImage';

interface ComposerProps {
  answering: boolean;
  /** Why nothing can be sent just now. */
  hindrance?: string;
  takesImages: boolean;
  onSend: (text: string, images: readonly string[]) => void;
  onStop: () => void;
}

export function Composer({ answering, hindrance, takesImages, onSend, onStop }: ComposerProps) {
  const { t } = useTranslation('playground');
  const [text, setText] = useState('');
  const [images, setImages] = useState<readonly string[]>([]);
  const [refused, setRefused] = useState<string>();
  const canSend = !answering && hindrance === undefined && (text.trim() !== '' || images.length > 0);
  const send = () => {
    if (!canSend) return;
    onSend(text, images);
    setText('');
    setImages([]);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes, Enter chooses its word.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  const addImages = async (files: readonly File[]) => {
    setRefused(undefined);
    for (const file of files) {
      const image = await readImage(file);
      if (image === undefined) setRefused(file.name);
      else setImages((shown) => [...shown, image]);
    }
  };
  return (
    <Paper variant="outlined" sx={{ p: 1, position: 'sticky', bottom: aboveBottomBar(12), zIndex: 1 }}>
      {refused !== undefined && (
        <Alert severity="error" onClose={() => setRefused(undefined)} sx={{ mb: 1, overflowWrap: 'anywhere' }}>
          {t('imageRefused', { name: refused })}
        </Alert>
      )}
      <ImageRow images={images} onRemove={(image) => setImages(images.filter((other) => other !== image))} />
      <TextField
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        multiline
        minRows={2}
        maxRows={12}
        placeholder={t('messageHint')}
        variant="standard"
        slotProps={{ input: { disableUnderline: true, sx: { px: 1 } }, htmlInput: { 'aria-label': t('message'), dir: 'auto' } }}
      />
      <Stack direction="row" sx={{ alignItems: 'center', gap: 1, mt: 0.5 }}>
        {takesImages && <ImageButton onFiles={(files) => void addImages(files)} />}
        <Box role="status" sx={{ flexGrow: 1, typography: 'caption', color: 'text.secondary' }}>
          {hindrance}
        </Box>
        {answering ? (
          <Button variant="outlined" startIcon={<StopIcon />} onClick={onStop}>
            {t('stop')}
          </Button>
        ) : (
          <Button variant="contained" endIcon={<SendIcon />} onClick={send} disabled={!canSend}>
            {t('send')}
          </Button>
        )}
      </Stack>
    </Paper>
  );
}

function ImageButton({ onFiles }: { onFiles: (files: readonly File[]) => void }) {
  const { t } = useTranslation('playground');
  const input = useRef<HTMLInputElement>(null);
  const take = (event: ChangeEvent<HTMLInputElement>) => {
    onFiles([...(event.target.files ?? [])]);
    event.target.value = '';
  };
  return (
    <>
      <input ref={input} type="file" accept="image/*" multiple hidden onChange={take} aria-label={t('addImage')} />
      <Tooltip title={t('addImage')}>
        <IconButton aria-label={t('addImage')} onClick={() => input.current?.click()} size="small">
          <AddPhotoIcon fontSize="small" />
        </IconButton>
      </Tooltip>
    </>
  );
}

function ImageRow({ images, onRemove }: { images: readonly string[]; onRemove: (image: string) => void }) {
  const { t } = useTranslation('playground');
  return (
    <Stack direction="row" useFlexGap sx={{ flexWrap: 'wrap', gap: 1 }}>
      {images.map((image, index) => (
        <Box key={image} sx={{ position: 'relative' }}>
          <Box component="img" src={image} alt={t('imageNumber', { number: index + 1 })} sx={{ height: 64, borderRadius: 1, display: 'block' }} />
          <IconButton aria-label={t('removeImage', { number: index + 1 })} size="small" onClick={() => onRemove(image)} sx={{ position: 'absolute', top: -8, right: -8, bgcolor: 'background.paper', border: 1, borderColor: 'divider', p: 0.25 }}>
            <CloseIcon fontSize="inherit" />
          </IconButton>
        </Box>
      ))}
    </Stack>
  );
}
