import EditIcon from '@mui/icons-material/EditOutlined';
import KeyIcon from '@mui/icons-material/KeyOutlined';
import PowerIcon from '@mui/icons-material/PowerSettingsNew';
import i18next from 'i18next';
import { managementApi } from '../../api/endpoints';
import type { Token } from '../../api/generated';
import type { PaletteItem, PaletteSearch, PaletteTools } from '../../components/palette/paletteItems';
import { type ObjectAction, searchWithActions } from '../../components/palette/searchWithActions';
import { switchTokens } from './switchTokens';
import { isSwitchedOn, nameOf, tokensPath } from './token';

const { getToken, putToken } = managementApi.endpoints;

const mostFound = 8;

/** One's own tokens by a part of their name. */
const findTokens: PaletteSearch = async (query, tools) => {
  await i18next.loadNamespaces(['tokens', 'common']);
  const t = i18next.getFixedT(null, ['tokens', 'common']);
  return searchWithActions(query, {
    verbs: [t('enable'), t('disable'), t('common:edit')],
    find: async (keyword) => (await tools.dispatch(getToken.initiate({ keyword, page: 1, size: mostFound }, { subscribe: false })).unwrap()).data,
    itemOf,
    actionsOf: (token) => actionsOf(token, tools),
  });
};

export default findTokens;

function itemOf(token: Token): PaletteItem {
  return { id: `token:${token.id}`, label: nameOf(token), hint: `…${token.key_hint}`, icon: KeyIcon, to: `${tokensPath}/${token.id}` };
}

function actionsOf(token: Token, { dispatch, notify }: PaletteTools): ObjectAction[] {
  const t = i18next.getFixedT(null, 'tokens');
  const page = `${tokensPath}/${token.id}`;
  const enable = !isSwitchedOn(token);
  const send = (id: number, status: number) => dispatch(putToken.initiate({ statusOnly: 'true', tokenChange: { id, status } }, { track: false })).unwrap();
  return [
    { verb: enable ? t('enable') : t('disable'), item: { id: `${page}:switch`, icon: PowerIcon, run: () => void switchTokens([token], enable, { send, notify, t }) } },
    { verb: i18next.t('common:edit'), item: { id: `${page}:edit`, icon: EditIcon, to: `${page}/edit` } },
  ];
}
