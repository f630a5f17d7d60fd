import type { Channel, Provider } from '../../api/generated';
import { ScriptedGateway, page, testAccount } from '../../test/gateway';
import { setWidth } from '../../test/width';

export const openai: Provider = {
  number: 1,
  slug: 'openai',
  title: 'OpenAI',
  site: 'https://keys.test',
  base_url: 'https://api.openai.test',
  base_url_required: false,
  key_required: true,
  local: false,
  dialects: ['openai_chat'],
  operations: ['chat'],
  lists_models: true,
  models: ['gpt-a', 'gpt-b'],
  options: [],
};

/** A provider with a field of each kind. */
export const odd: Provider = {
  ...openai,
  number: 77,
  slug: 'odd',
  title: 'Odd provider',
  base_url: '',
  base_url_required: true,
  models: ['odd-1'],
  lists_models: false,
  options: [
    { name: 'region', title: 'Region', help: 'Where it runs.', type: 'choice', required: true, choices: ['north', 'south'] },
    { name: 'retries', title: 'Retries', help: '', type: 'integer', required: false, default: 2 },
    { name: 'strict', title: 'Strict', help: '', type: 'boolean', required: false },
    { name: 'app_secret', title: 'App secret', help: '', type: 'secret', required: false },
    { name: 'headers', title: 'Its headers', help: '', type: 'map', required: false },
    { name: 'other', title: 'API version', help: '', type: 'text', required: false },
  ],
};

export function channel(changes: Partial<Channel> = {}): Channel {
  return {
    id: 3,
    type: 1,
    key: '',
    status: 1,
    name: 'Main',
    weight: 1,
    created_time: 1_760_000_000,
    test_time: 0,
    response_time: 0,
    base_url: '',
    other: '',
    balance: 0,
    balance_updated_time: 0,
    models: 'gpt-a,gpt-b',
    group: 'default',
    tag: '',
    used_quota: 0,
    request_count: 0,
    model_mapping: '',
    model_headers: '',
    custom_parameter: '',
    priority: 0,
    proxy: '',
    test_model: '',
    only_chat: false,
    pre_cost: 1,
    compatible_response: false,
    allow_extra_body: false,
    plugin: null,
    options: null,
    system_prompt: '',
    status_code_mapping: '',
    auto_disable: true,
    disabled_reason: '',
    disabled_time: 0,
    version: 4,
    ...changes,
  };
}

export const operator = { ...testAccount, role: 10, capabilities: ['channels.read', 'channels.write', 'requests.all'] };

export function channelGateway(channels: Channel[], answers: Record<string, unknown> = {}): ScriptedGateway {
  setWidth(1440);
  return new ScriptedGateway({
    'GET /api/user/self': operator,
    'GET /api/providers': [openai, odd],
    'GET /api/group/': ['default', 'vip'],
    'GET /api/channel_tag/_all': [{ id: 3, tag: 'prod' }],
    'GET /api/channel/': page(channels),
    'GET /api/channel/3': channels[0],
    'GET /api/log/': { ...page([]), total_is_exact: true },
    'PUT /api/channel/': channels[0],
    ...answers,
  });
}
