import HubIcon from '@mui/icons-material/HubOutlined';
import { managementApi } from '../../api/endpoints';
import type { PaletteSearch } from '../../components/palette/paletteItems';

const mostFound = 8;

/** Channels by a part of their name, or by id. */
const findChannels: PaletteSearch = async (query, dispatch) => {
  const request = { keyword: query, filterTag: 3, page: 1, size: mostFound };
  const { data } = await dispatch(managementApi.endpoints.getChannel.initiate(request, { subscribe: false })).unwrap();
  return data.map(({ id, name }) => ({ id: `channel:${id}`, label: name, hint: `#${id}`, icon: HubIcon, to: `/panel/channels/${id}` }));
};

export default findChannels;
