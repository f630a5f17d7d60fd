import { type ChannelChange, type Provider, usePostChannelProviderModelsListMutation } from '../../api/generated';

/** More than these are not all wanted: somebody has to choose. */
const mostPreselected = 20;

/** The models of a channel as its form describes it: those known beforehand, and those that the provider names. */
export function useProviderModels(channel: ChannelChange, provider: Provider, choose: (models: readonly string[]) => void) {
  const [ask, { data, error: fetchProblem, isLoading: fetching }] = usePostChannelProviderModelsListMutation();
  const fetchModels = async () => {
    const answer = await ask({ channelChange: channel });
    if (answer.data) choose(preselected(answer.data, provider.models));
  };
  return { fetching, fetchModels, fetchProblem, listed: data ?? provider.models };
}

export function preselected(listed: readonly string[], known: readonly string[]): readonly string[] {
  const common = known.filter((model) => listed.includes(model));
  if (common.length > 0) return common;
  return listed.length <= mostPreselected ? listed : [];
}
