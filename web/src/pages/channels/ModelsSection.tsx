import CloudDownloadIcon from '@mui/icons-material/CloudDownloadOutlined';
import Button from '@mui/material/Button';
import { useState } from 'react';
import { useFormContext, useWatch } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import type { ChannelChange } from '../../api/generated';
import { Section } from '../../components/Section';
import { ModelsField, TextField } from '../../forms';
import type { ChannelValues } from './channelForm';
import { ModelPicker } from './ModelPicker';
import { PairsField } from './PairsField';
import { ProbePanel } from './ProbePanel';
import { useDraftChannel } from './useDraftChannel';
import { useProviders } from './useProviders';

/** What the channel serves, under which names, and whether it answers. */
export function ModelsSection({ id }: { id: number | undefined }) {
  const { t } = useTranslation('channels');
  const { setValue } = useFormContext<ChannelValues>();
  const [type, models] = useWatch<ChannelValues, ['type', 'models']>({ name: ['type', 'models'] });
  const provider = useProviders().find(Number(type));
  const draft = useDraftChannel(id);
  const [asked, setAsked] = useState<ChannelChange>();
  const choose = (chosen: string[]) => setValue('models', chosen, { shouldDirty: true, shouldValidate: true });
  return (
    <Section
      title={t('models')}
      actions={
        provider?.lists_models && (
          <Button size="small" startIcon={<CloudDownloadIcon />} onClick={() => setAsked(draft())}>
            {t('picker.action')}
          </Button>
        )
      }
    >
      <ModelsField name="models" label={t('models')} help={t('form.modelsHelp')} suggestions={provider?.models} />
      <PairsField name="model_mapping" label={t('form.mapping')} help={t('form.mappingHelp')} fromLabel={t('form.mappingFrom')} toLabel={t('form.mappingTo')} />
      <TextField name="test_model" label={t('testModel')} help={t('form.testModelHelp')} monospace />
      <ProbePanel id={id} />
      {asked && <ModelPicker channel={asked} chosen={models} onChoose={choose} onClose={() => setAsked(undefined)} />}
    </Section>
  );
}
