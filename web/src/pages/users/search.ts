import EditIcon from '@mui/icons-material/EditOutlined';
import PersonIcon from '@mui/icons-material/PersonOutlined';
import PowerIcon from '@mui/icons-material/PowerSettingsNew';
import i18next from 'i18next';
import { managementApi } from '../../api/endpoints';
import type { Self, User } from '../../api/generated';
import type { PaletteItem, PaletteSearch, PaletteTools } from '../../components/palette/paletteItems';
import { type ObjectAction, searchWithActions } from '../../components/palette/searchWithActions';
import { switchUsers } from './switchUsers';
import { isEnabled, mayChange, roleOf, usersPath } from './user';

const { getUser, getUserSelf, postUserManage } = managementApi.endpoints;

const mostFound = 8;

/** Users by their id or the beginning of a name or mail address. */
const findUsers: PaletteSearch = async (query, tools) => {
  await i18next.loadNamespaces(['users', 'common']);
  const t = i18next.getFixedT(null, ['users', 'common']);
  const account = await tools.dispatch(getUserSelf.initiate(undefined, { subscribe: false })).unwrap();
  return searchWithActions(query, {
    verbs: tools.can('users.write') ? [t('enable'), t('disable'), t('common:edit')] : [],
    find: async (keyword) => (await tools.dispatch(getUser.initiate({ keyword, page: 1, size: mostFound }, { subscribe: false })).unwrap()).data,
    itemOf,
    actionsOf: (user) => actionsOf(user, account, tools),
  });
};

export default findUsers;

function itemOf({ id, username }: User): PaletteItem {
  return { id: `user:${id}`, label: username, hint: `#${id}`, icon: PersonIcon, to: `${usersPath}/${id}` };
}

/** Those above are left alone. */
function actionsOf(user: User, account: Self, { dispatch, notify }: PaletteTools): ObjectAction[] {
  if (!mayChange(account, user)) return [];
  const t = i18next.getFixedT(null, 'users');
  const page = `${usersPath}/${user.id}`;
  const enable = !isEnabled(user);
  const send = (username: string, action: 'enable' | 'disable') => dispatch(postUserManage.initiate({ body: { username, action } }, { track: false })).unwrap();
  const edit: ObjectAction = { verb: i18next.t('common:edit'), item: { id: `${page}:edit`, icon: EditIcon, to: `${page}/edit` } };
  if (roleOf(user) === 'root') return [edit];
  return [{ verb: enable ? t('enable') : t('disable'), item: { id: `${page}:switch`, icon: PowerIcon, run: () => void switchUsers([user], enable, { send, notify, t }) } }, edit];
}
