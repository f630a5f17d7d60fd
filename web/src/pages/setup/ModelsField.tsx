import { useTranslation } from 'react-i18next';
import { textsOf, useField } from '../../forms/fields/useField';
import { ModelChecklist } from './ModelChecklist';

/** Which of a provider's models the channel is to serve. */
export function ModelsField({ listed }: { listed: readonly string[] }) {
  const { t } = useTranslation('setup');
  const { value, setValue, error, helperText } = useField({ name: 'models', label: t('models') });
  return <ModelChecklist models={listed} chosen={textsOf(value)} onChange={setValue} error={error} helperText={helperText} />;
}
