import PersonIcon from '@mui/icons-material/PersonOutlined';
import { managementApi } from '../../api/endpoints';
import type { PaletteSearch } from '../../components/palette/paletteItems';
import { usersPath } from './user';

const mostFound = 8;

/** Users by their id or the beginning of a name or mail address. */
const findUsers: PaletteSearch = async (query, { dispatch }) => {
  const request = { keyword: query, page: 1, size: mostFound };
  const { data } = await dispatch(managementApi.endpoints.getUser.initiate(request, { subscribe: false })).unwrap();
  return data.map(({ id, username }) => ({ id: `user:${id}`, label: username, hint: `#${id}`, icon: PersonIcon, to: `${usersPath}/${id}` }));
};

export default findUsers;
