import EditIcon from '@mui/icons-material/EditOutlined';
import HubIcon from '@mui/icons-material/HubOutlined';
import PowerIcon from '@mui/icons-material/PowerSettingsNew';
import SpeedIcon from '@mui/icons-material/Speed';
import i18next from 'i18next';
import { managementApi } from '../../api/endpoints';
import type { Channel } from '../../api/generated';
import type { PaletteItem, PaletteSearch, PaletteTools } from '../../components/palette/paletteItems';
import { type ObjectAction, searchWithActions } from '../../components/palette/searchWithActions';
import { channelStatus, isEnabled } from './channel';
import { switchChannels } from './switchChannels';

const { getChannel, postChannelBatchStatus } = managementApi.endpoints;

const mostFound = 8;

/** Channels by a part of their name, or by id. */
const findChannels: PaletteSearch = async (query, tools) => {
  await i18next.loadNamespaces(['channels', 'common']);
  const t = i18next.getFixedT(null, ['channels', 'common']);
  return searchWithActions(query, {
    verbs: tools.can('channels.write') ? [t('enable'), t('disable'), t('test.action'), t('common:edit')] : [],
    find: async (keyword) => (await tools.dispatch(getChannel.initiate({ keyword, filterTag: 3, page: 1, size: mostFound }, { subscribe: false })).unwrap()).data,
    itemOf,
    actionsOf: (channel) => actionsOf(channel, tools),
  });
};

export default findChannels;

function itemOf({ id, name }: Channel): PaletteItem {
  return { id: `channel:${id}`, label: name, hint: `#${id}`, icon: HubIcon, to: `/panel/channels/${id}` };
}

function actionsOf(channel: Channel, { dispatch, notify }: PaletteTools): ObjectAction[] {
  const t = i18next.getFixedT(null, 'channels');
  const page = `/panel/channels/${channel.id}`;
  const enable = !isEnabled(channel);
  const send = (ids: number[], enabled: boolean) =>
    dispatch(postChannelBatchStatus.initiate({ body: { ids, status: enabled ? channelStatus.enabled : channelStatus.disabled } }, { track: false })).unwrap();
  return [
    { verb: enable ? t('enable') : t('disable'), item: { id: `${page}:switch`, icon: PowerIcon, run: () => void switchChannels([channel], enable, { send, notify, t }) } },
    { verb: t('test.action'), item: { id: `${page}:test`, icon: SpeedIcon, to: `${page}?test` } },
    { verb: i18next.t('common:edit'), item: { id: `${page}:edit`, icon: EditIcon, to: `${page}/edit` } },
  ];
}
