import ExpandMoreIcon from '@mui/icons-material/ExpandMore';
import Accordion from '@mui/material/Accordion';
import AccordionDetails from '@mui/material/AccordionDetails';
import AccordionSummary from '@mui/material/AccordionSummary';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { JsonField, ModelsField, NumberField, SelectField, SwitchField, TextField } from '../../forms';
import { type ChannelValues, timeouts } from './channelForm';
import { FieldGrid } from './FieldGrid';
import { PairsField } from './PairsField';

/** What few channels need. */
export function AdvancedSections() {
  const { t } = useTranslation('channels');
  return (
    <div>
      <Fold title={t('form.sections.requests')}>
        <RequestFields />
      </Fold>
      <Fold title={t('form.sections.connection')}>
        <ConnectionFields />
      </Fold>
    </div>
  );
}

function Fold({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Accordion variant="outlined" disableGutters slotProps={{ heading: { component: 'h2' } }}>
      <AccordionSummary expandIcon={<ExpandMoreIcon />}>
        <Typography variant="h2" component="span">
          {title}
        </Typography>
      </AccordionSummary>
      <AccordionDetails>
        <Stack sx={{ gap: 2 }}>{children}</Stack>
      </AccordionDetails>
    </Accordion>
  );
}

function RequestFields() {
  const { t } = useTranslation('channels');
  const models = useWatch<ChannelValues, 'models'>({ name: 'models' });
  return (
    <>
      <PairsField name="model_headers" label={t('form.headers')} help={t('form.headersHelp')} fromLabel={t('form.headerName')} toLabel={t('form.headerValue')} />
      <JsonField name="custom_parameter" label={t('form.parameters')} help={t('form.parametersHelp')} />
      <TextField name="system_prompt" label={t('form.systemPrompt')} help={t('form.systemPromptHelp')} multiline />
      <SelectField
        name="prompt_mode"
        label={t('form.promptMode')}
        options={[
          { value: 'prepend', label: t('form.promptModes.prepend') },
          { value: 'only_if_absent', label: t('form.promptModes.onlyIfAbsent') },
        ]}
      />
      <ModelsField name="disabled_stream" label={t('form.disabledStream')} help={t('form.disabledStreamHelp')} suggestions={models} />
      <SelectField
        name="pre_cost"
        label={t('form.preCost')}
        help={t('form.preCostHelp')}
        options={[
          { value: '1', label: t('form.preCosts.all') },
          { value: '2', label: t('form.preCosts.noImages') },
          { value: '3', label: t('form.preCosts.none') },
        ]}
      />
      <SwitchField name="only_chat" label={t('form.onlyChat')} help={t('form.onlyChatHelp')} />
      <SwitchField name="allow_extra_body" label={t('form.extraBody')} help={t('form.extraBodyHelp')} />
      <SwitchField name="compatible_response" label={t('form.compatibleResponse')} help={t('form.compatibleResponseHelp')} />
      <PairsField name="status_code_mapping" label={t('form.statuses')} help={t('form.statusesHelp')} fromLabel={t('form.statusFrom')} toLabel={t('form.statusTo')} />
    </>
  );
}

function ConnectionFields() {
  const { t } = useTranslation('channels');
  return (
    <>
      <TextField name="proxy" label={t('form.proxy')} help={t('form.proxyHelp')} monospace />
      <SelectField
        name="key_rotation"
        label={t('form.rotation')}
        help={t('form.rotationHelp')}
        options={[
          { value: 'in_turn', label: t('form.rotations.inTurn') },
          { value: 'random', label: t('form.rotations.random') },
        ]}
      />
      <FieldGrid>
        {timeouts.map((name) => (
          <NumberField key={name} name={name} label={t(`form.timeouts.${name}`)} unit={t('form.milliseconds')} />
        ))}
      </FieldGrid>
      <Typography variant="body2" color="textSecondary">
        {t('form.timeoutsHelp')}
      </Typography>
      <SwitchField name="tls_verify" label={t('form.verify')} help={t('form.verifyHelp')} />
    </>
  );
}
