import GroupsIcon from '@mui/icons-material/GroupsOutlined';
import { managementApi } from '../../api/endpoints';
import type { PaletteSearch } from '../../components/palette/paletteItems';

/** Groups by a part of their name. */
const findGroups: PaletteSearch = async (query, { dispatch }) => {
  const { data } = await dispatch(managementApi.endpoints.getUserGroup.initiate({ name: query, page: 1, size: 5 }, { subscribe: false })).unwrap();
  return data.map(({ id = 0, symbol = '', name = '' }) => ({ id: `group:${id}`, label: name === '' ? symbol : name, hint: symbol, icon: GroupsIcon, to: `/panel/groups/${id}/edit` }));
};

export default findGroups;
