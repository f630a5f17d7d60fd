import ChatIcon from '@mui/icons-material/ChatBubbleOutlineOutlined';
import CodeIcon from '@mui/icons-material/Code';
import DeleteSweepIcon from '@mui/icons-material/DeleteSweepOutlined';
import TuneIcon from '@mui/icons-material/Tune';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Drawer from '@mui/material/Drawer';
import Paper from '@mui/material/Paper';
import { useTheme } from '@mui/material/styles';
import Typography from '@mui/material/Typography';
import useMediaQuery from '@mui/material/useMediaQuery';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../components/feedback/EmptyState';
import { ErrorPanel } from '../../components/feedback/ErrorPanel';
import { inputModalities, useModels } from '../../components/models/useModels';
import { Page } from '../../layout/Page';
import { PageLoading } from '../../layout/PageLoading';
import { Composer } from './Composer';
import { messagesOf } from './conversation';
import { ExportDialog } from './ExportDialog';
import { NoModels } from '../../components/models/NoModels';
import { ParameterPanel } from './ParameterPanel';
import { requestOf, useParameters, wrongParameters } from './parameters';
import { Transcript } from './Transcript';
import { useConversation } from './useConversation';

export default function PlaygroundPage() {
  const { t } = useTranslation('playground');
  const { models, error, refetch } = useModels();
  const parameters = useParameters();
  const request = requestOf(parameters);
  const chat = useConversation(request);
  const [exporting, setExporting] = useState(false);
  const hasTurns = chat.turns.length > 0;
  const model = models?.find((candidate) => candidate.name === parameters.model);
  const panel = models && <ParameterPanel models={models} parameters={parameters} system={chat.system} onSystem={chat.setSystem} />;
  const actions = (
    <>
      <Button color="inherit" startIcon={<CodeIcon />} disabled={!hasTurns} onClick={() => setExporting(true)}>
        {t('export')}
      </Button>
      <Button color="inherit" startIcon={<DeleteSweepIcon />} disabled={!hasTurns} onClick={chat.clear}>
        {t('clear')}
      </Button>
    </>
  );
  return (
    <Page title={t('title')} subtitle={t('subtitle')} actions={actions}>
      {error && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {!models && !error && <PageLoading />}
      {models?.length === 0 && <NoModels />}
      {models && models.length > 0 && (
        <Workbench panel={panel} panelTitle={model?.name ?? t('chooseModel')}>
          {hasTurns ? (
            <Transcript turns={chat.turns} answering={chat.answering} onEdit={(id, text) => void chat.edit(id, text)} onRetry={(id) => void chat.retry(id)} />
          ) : (
            <Box sx={{ flexGrow: 1, display: 'grid', placeItems: 'center' }}>
              <EmptyState icon={ChatIcon} title={t('emptyTitle')} text={t('emptyText')} />
            </Box>
          )}
          <EndOfTranscript turns={chat.turns} />
          <Composer
            answering={chat.answering}
            hindrance={hindranceOf(model === undefined, wrongParameters(parameters).length > 0, t('chooseModelFirst'), t('mendParameters'))}
            takesImages={inputModalities(model)?.includes('image') ?? true}
            onSend={(text, images) => void chat.send(text, images)}
            onStop={chat.stop}
          />
        </Workbench>
      )}
      {exporting && <ExportDialog request={{ ...request, messages: messagesOf(chat.system, chat.turns) }} onClose={() => setExporting(false)} />}
    </Page>
  );
}

function hindranceOf(noModel: boolean, wrong: boolean, noModelText: string, wrongText: string): string | undefined {
  if (noModel) return noModelText;
  return wrong ? wrongText : undefined;
}

interface WorkbenchProps {
  panel: ReactNode;
  panelTitle: string;
  children: ReactNode;
}

/** The conversation, and beside it, or on small screens behind a button, what the calls are made with. */
function Workbench({ panel, panelTitle, children }: WorkbenchProps) {
  const { t } = useTranslation('playground');
  const isWide = useMediaQuery(useTheme().breakpoints.up('lg'));
  const [open, setOpen] = useState(false);
  const conversation = (
    <Box sx={{ flexGrow: 1, minWidth: 0, maxWidth: 960, mx: 'auto', display: 'flex', flexDirection: 'column', gap: 2, minHeight: { xs: 'calc(100vh - 260px)', sm: 'calc(100vh - 190px)' } }}>
      {children}
    </Box>
  );
  if (isWide) {
    return (
      <Box sx={{ display: 'flex', gap: 3, alignItems: 'flex-start' }}>
        {conversation}
        <Paper component="aside" aria-label={t('settings')} variant="outlined" sx={{ width: 320, flexShrink: 0, p: 2, position: 'sticky', top: 80, maxHeight: 'calc(100vh - 104px)', overflowY: 'auto' }}>
          {panel}
        </Paper>
      </Box>
    );
  }
  return (
    <>
      <Button variant="outlined" color="inherit" startIcon={<TuneIcon />} aria-haspopup="dialog" onClick={() => setOpen(true)} sx={{ mb: 2, maxWidth: '100%', borderColor: 'divider' }}>
        <Typography component="span" noWrap sx={{ font: 'inherit' }}>
          {panelTitle}
        </Typography>
      </Button>
      {conversation}
      <Drawer anchor="right" open={open} onClose={() => setOpen(false)} slotProps={{ paper: { sx: { width: 360, maxWidth: '92vw', p: 2 }, 'aria-label': t('settings'), role: 'dialog' } }}>
        <Typography variant="h2" sx={{ mb: 2 }}>
          {t('settings')}
        </Typography>
        {panel}
        <Button onClick={() => setOpen(false)} variant="contained" sx={{ mt: 2 }}>
          {t('backToChat')}
        </Button>
      </Drawer>
    </>
  );
}

/** Keeps the end of the answer in sight as it grows, unless the reader has scrolled away from it. */
function EndOfTranscript({ turns }: { turns: readonly unknown[] }) {
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const below = (end.current?.getBoundingClientRect().top ?? 0) - window.innerHeight;
    if (below > -40 && below < 240) end.current?.scrollIntoView({ block: 'end' });
  }, [turns]);
  return <Box ref={end} sx={{ height: '1px', scrollMarginBottom: 180 }} />;
}
