import type { Token } from '../../api/generated';
import type { CallableModel } from '../../components/models/useModels';

/** The key as clients send it; nothing where the gateway does not show it any more. */
export function keyOf(token: Token | undefined): string | undefined {
  return token?.key ? `sk-${token.key}` : undefined;
}

/** What stands for a key on the screen. */
export function hiddenKey(key: string): string {
  return `${key.slice(0, 6)}…${key.slice(-4)}`;
}

/** The models that calls with the token may ask for. */
export function modelsOf(token: Token, ownGroup: string, models: readonly CallableModel[]): CallableModel[] {
  const group = token.group || ownGroup;
  const limit = token.setting.limits?.limit_model_setting;
  return models.filter((model) => model.groups.includes(group) && (!limit?.enabled || limit.models?.includes(model.name)));
}
