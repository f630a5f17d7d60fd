import { useTranslation } from 'react-i18next';
import type { ProviderOption } from '../../api/generated';
import { NumberField, SecretField, SelectField, SwitchField, TextField } from '../../forms';
import { PairsField } from './PairsField';

/** What a provider asks for beyond address and key, as the gateway describes it. */
export function OptionFields({ options }: { options: readonly ProviderOption[] }) {
  return options.map((option) => <OptionField key={option.name} option={option} />);
}

function OptionField({ option }: { option: ProviderOption }) {
  const { t } = useTranslation('channels');
  const { name, title, help, type, required, choices = [] } = option;
  const field = { name: `options.${name}`, label: title, help: help || undefined };
  switch (type) {
    case 'text':
      return <TextField {...field} required={required} />;
    case 'secret':
      return <SecretField {...field} isSet={false} />;
    case 'integer':
      return <NumberField {...field} />;
    case 'boolean':
      return <SwitchField {...field} />;
    case 'choice':
      return <SelectField {...field} options={[...(required ? [] : [{ value: '', label: t('form.noChoice') }]), ...choices.map((value) => ({ value, label: value }))]} />;
    case 'map':
      return <PairsField {...field} fromLabel={t('form.pairName')} toLabel={t('form.pairValue')} />;
  }
}
