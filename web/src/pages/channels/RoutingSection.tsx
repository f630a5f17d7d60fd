import { useTranslation } from 'react-i18next';
import { useGetGroupQuery } from '../../api/generated';
import { Section } from '../../components/Section';
import { MultiSelectField, NumberField, SwitchField, TextField } from '../../forms';
import { FieldGrid } from './FieldGrid';

/** Who reaches the channel, and how often it is chosen. */
export function RoutingSection({ isNew }: { isNew: boolean }) {
  const { t } = useTranslation('channels');
  const { data: groups = [] } = useGetGroupQuery();
  return (
    <Section title={t('form.sections.routing')}>
      <MultiSelectField name="group" label={t('groups')} options={groups.map((group) => ({ value: group, label: group }))} help={t('form.groupsHelp')} />
      <FieldGrid>
        <NumberField name="priority" label={t('priority')} help={t('form.priorityHelp')} />
        <NumberField name="weight" label={t('weight')} help={t('form.weightHelp')} />
        <TextField name="tag" label={t('tag')} help={t('form.tagHelp')} />
      </FieldGrid>
      <SwitchField name="auto_disable" label={t('form.autoDisable')} help={t('form.autoDisableHelp')} />
      {isNew && <SwitchField name="enabled" label={t('form.enabled')} help={t('form.enabledHelp')} />}
    </Section>
  );
}
