import { useTranslation } from 'react-i18next';
import type { Channel } from '../../api/generated';
import { Copyable } from '../../components/Copyable';
import { Facts } from '../../components/Facts';
import { useFormat } from '../../components/format/useFormat';
import { Section } from '../../components/Section';
import { splitList } from './channel';
import { useProviders } from './useProviders';

/** How calls get to the channel, in short; the form has the rest. */
export function ChannelSettings({ channel }: { channel: Channel }) {
  const { t } = useTranslation(['channels', 'common']);
  const { number } = useFormat();
  const provider = useProviders().find(channel.type);
  const address = channel.base_url || provider?.base_url;
  return (
    <Section title={t('settings')}>
      <Facts
        facts={[
          { label: t('form.baseUrl'), value: address ? <Copyable text={address} what={t('theBaseUrl')} /> : '—' },
          { label: t('groups'), value: splitList(channel.group).join(', ') || '—' },
          channel.tag !== '' && { label: t('tag'), value: channel.tag },
          { label: t('priority'), value: number(channel.priority) },
          { label: t('weight'), value: number(channel.weight) },
          { label: t('keys'), value: number(channel.key_count ?? 0) },
          channel.test_model !== '' && { label: t('testModel'), value: channel.test_model },
          channel.proxy !== '' && { label: t('form.proxy'), value: t('common:yes') },
          { label: t('form.autoDisable'), value: channel.auto_disable ? t('common:yes') : t('common:no') },
        ]}
      />
    </Section>
  );
}
