import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Popover from '@mui/material/Popover';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../components/CopyButton';
import { monospace } from '../../theme/theme';
import { joinList } from './channel';

/** How many models; which ones, on asking. */
export function ChannelModels({ models }: { models: readonly string[] }) {
  const { t } = useTranslation('channels');
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <Button size="small" color="inherit" aria-haspopup="dialog" aria-label={t('showModels', { count: models.length })} onClick={(event) => setAnchor(event.currentTarget)} sx={{ minWidth: 24, p: 0, font: 'inherit', fontVariantNumeric: 'tabular-nums', justifyContent: { xs: 'flex-start', sm: 'flex-end' } }}>
        {models.length}
      </Button>
      <Popover open={anchor !== null} anchorEl={anchor} onClose={() => setAnchor(null)} onClick={(event) => event.stopPropagation()} anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }} slotProps={{ paper: { role: 'dialog', 'aria-label': t('models') } }}>
        <Box sx={{ p: 2, width: 340, maxWidth: '90vw' }}>
          <Stack direction="row" sx={{ justifyContent: 'space-between', alignItems: 'center', mb: 0.5 }}>
            <Typography variant="h3" component="p">
              {t('modelCount', { count: models.length })}
            </Typography>
            <CopyButton text={joinList(models)} what={t('theModels')} />
          </Stack>
          <ModelNames models={models} />
        </Box>
      </Popover>
    </>
  );
}

export function ModelNames({ models }: { models: readonly string[] }) {
  return (
    <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none', maxHeight: 320, overflowY: 'auto', fontFamily: monospace, fontSize: 13, overflowWrap: 'anywhere' }}>
      {models.map((model) => (
        <Box component="li" key={model} sx={{ py: 0.25 }}>
          {model}
        </Box>
      ))}
    </Box>
  );
}
