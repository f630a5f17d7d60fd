import KeyIcon from '@mui/icons-material/KeyOutlined';
import { managementApi } from '../../api/endpoints';
import type { PaletteSearch } from '../../components/palette/paletteItems';
import { nameOf, tokensPath } from './token';

const mostFound = 8;

/** One's own tokens by a part of their name. */
const findTokens: PaletteSearch = async (query, { dispatch }) => {
  const request = { keyword: query, page: 1, size: mostFound };
  const { data } = await dispatch(managementApi.endpoints.getToken.initiate(request, { subscribe: false })).unwrap();
  return data.map((token) => ({ id: `token:${token.id}`, label: nameOf(token), hint: `…${token.key_hint}`, icon: KeyIcon, to: `${tokensPath}/${token.id}` }));
};

export default findTokens;
