import { useFormContext } from 'react-hook-form';
import { type ChannelChange, type Provider, usePostChannelProviderModelsListMutation } from '../../api/generated';
import type { FirstChannel } from './channelForm';

/** More than these are not all wanted: somebody has to choose. */
const mostPreselected = 20;

/** The models of a channel as its form describes it: those known beforehand, and those that the provider names. */
export function useProviderModels(channel: ChannelChange, provider: Provider) {
  const { getValues, setValue } = useFormContext<FirstChannel>();
  const [ask, { data, error: fetchProblem, isLoading: fetching }] = usePostChannelProviderModelsListMutation();
  const fetchModels = async () => {
    const chosen = getValues('models').join();
    const { data: named } = await ask({ channelChange: channel });
    const isAsItWas = getValues('models').join() === chosen; // what somebody chose meanwhile stays
    if (named && isAsItWas) setValue('models', [...preselected(named, provider.models)], { shouldDirty: true, shouldValidate: true });
  };
  return { fetching, fetchModels, fetchProblem, listed: data ?? provider.models };
}

export function preselected(listed: readonly string[], known: readonly string[]): readonly string[] {
  const common = known.filter((model) => listed.includes(model));
  if (common.length > 0) return common;
  return listed.length <= mostPreselected ? listed : [];
}
