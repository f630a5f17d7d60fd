import Box from '@mui/material/Box';
import Stack from '@mui/material/Stack';
import { useTranslation } from 'react-i18next';
import { AnswerCard } from './AnswerCard';
import type { Turn } from './conversation';
import { QuestionCard } from './QuestionCard';

interface TranscriptProps {
  turns: readonly Turn[];
  answering: boolean;
  onEdit: (id: string, text: string) => void;
  onRetry: (id: string) => void;
}

export function Transcript({ turns, answering, onEdit, onRetry }: TranscriptProps) {
  const { t } = useTranslation('playground');
  return (
    <Stack component="section" role="log" aria-label={t('conversation')} aria-busy={answering} spacing={3} sx={{ flexGrow: 1 }}>
      {turns.map((turn) => (
        <Box key={turn.id} component="article" aria-label={t(`roles.${turn.role}`)}>
          {turn.role === 'user' ? (
            <QuestionCard turn={turn} disabled={answering} onEdit={(text) => onEdit(turn.id, text)} />
          ) : (
            <AnswerCard run={turn.run} disabled={answering} onRetry={() => onRetry(turn.id)} />
          )}
        </Box>
      ))}
    </Stack>
  );
}
