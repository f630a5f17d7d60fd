import type { Token } from '../../api/generated';
import { useAccount } from '../../auth/useAccount';
import { chatCall, codeForms } from '../../components/code/callCode';
import { useServerAddress } from '../../components/code/useServerAddress';
import { useModels } from '../../components/models/useModels';
import { hiddenKey, keyOf, modelsOf } from '../connect/tokens';

interface TokenCurl {
  /** With a hint in place of the key, for over-the-shoulder eyes. Absent while no model can be called with the token. */
  shown: string | undefined;
  copied: string | undefined;
}

/** A call with the token that works as it stands, where its key may be seen. */
export function useTokenCurl(token: Token): TokenCurl {
  const server = useServerAddress();
  const { group } = useAccount();
  const { models = [] } = useModels();
  const [model] = modelsOf(token, group, models);
  const key = keyOf(token);
  if (!model) return { shown: undefined, copied: undefined };
  const call = (shownKey: string | undefined) =>
    codeForms.curl.write({ server, key: shownKey }, chatCall({ model: model.name, stream: true, messages: [{ role: 'user', content: 'Hello' }] }));
  return { shown: call(key && hiddenKey(key)), copied: call(key) };
}
