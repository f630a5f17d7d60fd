import ReplayIcon from '@mui/icons-material/Replay';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import Stack from '@mui/material/Stack';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { Answer } from '../../components/chat/Answer';
import type { Run } from '../../components/chat/run';
import { CopyButton } from '../../components/CopyButton';

interface AnswerCardProps {
  run: Run;
  disabled: boolean;
  onRetry: () => void;
}

export function AnswerCard({ run, disabled, onRetry }: AnswerCardProps) {
  const { t } = useTranslation('playground');
  return (
    <Stack spacing={1}>
      <Stack direction="row" sx={{ alignItems: 'center', gap: 1, minHeight: 28 }}>
        <Typography variant="caption" color="textSecondary" sx={{ overflowWrap: 'anywhere', fontWeight: 600 }}>
          {run.model}
        </Typography>
        <Box sx={{ flexGrow: 1 }} />
        {run.text && <CopyButton text={run.text} what={t('theAnswer')} />}
        <Tooltip title={t('askAnew')}>
          <span>
            <IconButton aria-label={t('askAnew')} size="small" disabled={disabled} onClick={onRetry}>
              <ReplayIcon fontSize="inherit" />
            </IconButton>
          </span>
        </Tooltip>
      </Stack>
      <Answer run={run} />
    </Stack>
  );
}
