import { useFormContext } from 'react-hook-form';
import type { ChannelChange } from '../../api/generated';
import { channelChange, type ChannelValues } from './channelForm';
import { useProviders } from './useProviders';

/** The channel as the form has it now, for calls that try it before it is saved: without a key, with the stored one's. */
export function useDraftChannel(id: number | undefined): () => ChannelChange {
  const { getValues } = useFormContext<ChannelValues>();
  const { find } = useProviders();
  return () => {
    const values = getValues();
    return { ...channelChange(values, find(Number(values.type))), id };
  };
}
