import { useTranslation } from 'react-i18next';
import type { Channel } from '../../api/generated';
import { Facts } from '../../components/Facts';
import { Money } from '../../components/format/Money';
import { Quota } from '../../components/format/Quota';
import { Time } from '../../components/format/Time';
import { useFormat } from '../../components/format/useFormat';
import { Section } from '../../components/Section';

/** What went through the channel so far. */
export function ChannelUse({ channel }: { channel: Channel }) {
  const { t } = useTranslation('channels');
  const { number, duration } = useFormat();
  return (
    <Section title={t('use')}>
      <Facts
        facts={[
          { label: t('used'), value: <Quota value={channel.used_quota} /> },
          { label: t('requestCount'), value: number(channel.request_count) },
          { label: t('lastTest'), value: <Time at={channel.test_time} never={t('never')} /> },
          channel.response_time > 0 && { label: t('responseTime'), value: duration(channel.response_time) },
          channel.balance_updated_time > 0 && { label: t('balance'), value: <Money usd={String(channel.balance)} /> },
          { label: t('created'), value: <Time at={channel.created_time} absolute /> },
        ]}
      />
    </Section>
  );
}
