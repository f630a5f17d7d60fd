import { AdvancedSections } from './AdvancedSections';
import { ModelsSection } from './ModelsSection';
import { ProviderSection } from './ProviderSection';
import { RoutingSection } from './RoutingSection';

/** @param id  Of the channel that is changed; without one, it is a new one's form. */
export function ChannelFields({ id }: { id?: number }) {
  const isNew = id === undefined;
  return (
    <>
      <ProviderSection isNew={isNew} />
      <ModelsSection id={id} />
      <RoutingSection isNew={isNew} />
      <AdvancedSections />
    </>
  );
}
