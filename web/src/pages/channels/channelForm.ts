import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import type { Channel, ChannelChange, Provider, ProviderOption } from '../../api/generated';
import { isRecord } from '../../app/storage';
import { numberOf } from '../../forms/fields/useField';
import { jsonText } from '../../forms';
import { channelStatus, joinList, splitList } from './channel';
import { pairsOf, textOfPairs } from './pairs';

/** What the gateway itself reads of a channel's options, beside the provider's: waits in milliseconds. */
export const timeouts = ['connect_timeout_ms', 'tls_timeout_ms', 'first_byte_timeout_ms', 'idle_timeout_ms', 'total_timeout_ms'] as const;

const pair = z.object({ from: z.string().trim(), to: z.string().trim() });
const optionValue = z.union([z.string(), z.number(), z.boolean(), z.array(pair), z.null()]);
type OptionValue = z.infer<typeof optionValue>;

/** @param provider  What the chosen provider asks for. @param isNew  Whether a key must be given. */
export function useChannelSchema(find: (type: number) => Provider | undefined, isNew: boolean) {
  const { t } = useTranslation('channels');
  const wait = z.number().int().min(0).nullable();
  return z
    .object({
      type: z.string().min(1, t('form.providerMissing')),
      name: z.string().trim().min(1, t('form.nameMissing')),
      key: z.string(),
      severalKeys: z.boolean(),
      keysApart: z.boolean(),
      enabled: z.boolean(),
      base_url: z.string().trim(),
      options: z.record(z.string(), optionValue.optional()),
      models: z.array(z.string()).min(1, t('form.modelsMissing')),
      test_model: z.string().trim(),
      model_mapping: z.array(pair),
      group: z.array(z.string()).min(1, t('form.groupsMissing')),
      tag: z.string().trim(),
      priority: z.number().int(),
      weight: z.number().int().min(1),
      auto_disable: z.boolean(),
      only_chat: z.boolean(),
      disabled_stream: z.array(z.string()),
      model_headers: z.array(pair),
      custom_parameter: jsonText(),
      status_code_mapping: z.array(pair),
      system_prompt: z.string(),
      prompt_mode: z.enum(['prepend', 'only_if_absent']),
      allow_extra_body: z.boolean(),
      compatible_response: z.boolean(),
      pre_cost: z.string(),
      proxy: z.string().trim(),
      tls_verify: z.boolean(),
      key_rotation: z.enum(['in_turn', 'random']),
      connect_timeout_ms: wait,
      tls_timeout_ms: wait,
      first_byte_timeout_ms: wait,
      idle_timeout_ms: wait,
      total_timeout_ms: wait,
    })
    .superRefine((values, context) => {
      const provider = find(Number(values.type));
      const missing = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
      if (provider?.base_url_required && !values.base_url) missing(['base_url'], t('form.baseUrlMissing'));
      if (isNew && provider?.key_required && !values.key.trim()) missing(['key'], t('form.keyMissing'));
      for (const option of provider?.options ?? []) {
        if (option.required && isEmpty(values.options[option.name])) missing(['options', option.name], t('form.optionMissing'));
      }
    });
}

export type ChannelValues = z.infer<ReturnType<typeof useChannelSchema>>;

function isEmpty(value: OptionValue | undefined): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

export const newChannelValues: ChannelValues = {
  type: '',
  name: '',
  key: '',
  severalKeys: false,
  keysApart: false,
  enabled: true,
  base_url: '',
  options: {},
  models: [],
  test_model: '',
  model_mapping: [],
  group: ['default'],
  tag: '',
  priority: 0,
  weight: 1,
  auto_disable: true,
  only_chat: false,
  disabled_stream: [],
  model_headers: [],
  custom_parameter: '',
  status_code_mapping: [],
  system_prompt: '',
  prompt_mode: 'prepend',
  allow_extra_body: false,
  compatible_response: false,
  pre_cost: '1',
  proxy: '',
  tls_verify: true,
  key_rotation: 'in_turn',
  connect_timeout_ms: null,
  tls_timeout_ms: null,
  first_byte_timeout_ms: null,
  idle_timeout_ms: null,
  total_timeout_ms: null,
};

/** The member of `options` that the gateway reads, not the provider. */
const gatewayMember = 'gateway';
/** The option that is kept in the channel's own text `other`. */
const otherMember = 'other';

/** A stored channel in the form. Keys are not shown: an empty field keeps them. */
export function channelValues(channel: Channel): ChannelValues {
  const options: Record<string, unknown> = { ...channel.options };
  const gateway = isRecord(options[gatewayMember]) ? options[gatewayMember] : {};
  const own = Object.entries(options).filter(([name]) => name !== gatewayMember);
  return {
    ...newChannelValues,
    type: String(channel.type),
    name: channel.name,
    enabled: channel.status === channelStatus.enabled,
    severalKeys: (channel.key_count ?? 0) > 1,
    base_url: channel.base_url,
    options: { ...Object.fromEntries(own.map(([name, value]) => [name, formOption(value)])), [otherMember]: channel.other },
    models: splitList(channel.models),
    test_model: channel.test_model,
    model_mapping: pairsOf(channel.model_mapping),
    group: splitList(channel.group),
    tag: channel.tag,
    priority: channel.priority,
    weight: channel.weight,
    auto_disable: channel.auto_disable,
    only_chat: channel.only_chat,
    disabled_stream: channel.disabled_stream ?? [],
    model_headers: pairsOf(channel.model_headers),
    custom_parameter: channel.custom_parameter,
    status_code_mapping: pairsOf(channel.status_code_mapping),
    system_prompt: channel.system_prompt,
    prompt_mode: gateway.system_prompt_mode === 'only_if_absent' ? 'only_if_absent' : 'prepend',
    allow_extra_body: channel.allow_extra_body,
    compatible_response: channel.compatible_response,
    pre_cost: String(channel.pre_cost || 1),
    proxy: channel.proxy,
    tls_verify: gateway.tls_verify !== false,
    key_rotation: gateway.key_rotation === 'random' ? 'random' : 'in_turn',
    ...Object.fromEntries(timeouts.map((name) => [name, numberOf(gateway[name])])),
  };
}

function formOption(value: unknown): OptionValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return isRecord(value) ? pairsOf(JSON.stringify(value)) : null;
}

/** What the form says, as the gateway takes it. Options of another provider than the chosen one stay out. */
export function channelChange(values: ChannelValues, provider: Provider | undefined): ChannelChange {
  const options = Object.fromEntries((provider?.options ?? []).filter(({ name }) => name !== otherMember).flatMap((option) => sentOption(option, values.options[option.name])));
  const gateway = gatewayOptions(values);
  const other = values.options[otherMember];
  return {
    type: Number(values.type),
    name: values.name,
    key: values.key.trim(),
    base_url: values.base_url,
    other: typeof other === 'string' ? other : '',
    options: Object.keys(gateway).length > 0 ? { ...options, [gatewayMember]: gateway } : options,
    models: joinList(values.models),
    test_model: values.test_model,
    model_mapping: textOfPairs(values.model_mapping),
    group: joinList(values.group),
    tag: values.tag,
    priority: values.priority,
    weight: values.weight,
    auto_disable: values.auto_disable,
    only_chat: values.only_chat,
    disabled_stream: values.disabled_stream,
    model_headers: textOfPairs(values.model_headers),
    custom_parameter: values.custom_parameter,
    status_code_mapping: textOfPairs(values.status_code_mapping),
    system_prompt: values.system_prompt,
    allow_extra_body: values.allow_extra_body,
    compatible_response: values.compatible_response,
    pre_cost: Number(values.pre_cost),
    proxy: values.proxy,
  };
}

function sentOption({ name, type }: ProviderOption, value: OptionValue | undefined): [string, unknown][] {
  if (value === undefined || isEmpty(value)) return [];
  if (type !== 'map') return [[name, value]];
  return [[name, Array.isArray(value) ? Object.fromEntries(value.map(({ from, to }) => [from, to])) : {}]];
}

/** Only what differs from how the gateway does it anyway. */
function gatewayOptions(values: ChannelValues): Record<string, unknown> {
  const { prompt_mode, tls_verify, key_rotation } = values;
  const waits = timeouts.map((name) => [name, values[name]] as const).filter(([, wait]) => wait !== null);
  return {
    ...(prompt_mode !== 'prepend' && { system_prompt_mode: prompt_mode }),
    ...(!tls_verify && { tls_verify }),
    ...(key_rotation !== 'in_turn' && { key_rotation }),
    ...Object.fromEntries(waits),
  };
}
