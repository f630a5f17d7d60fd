import ModelIcon from '@mui/icons-material/CategoryOutlined';
import { managementApi } from '../../api/endpoints';
import { matchesQuery, type PaletteSearch } from '../../components/palette/paletteItems';

const most = 8;

/** Models by a part of their name, for the command palette. */
const searchModels: PaletteSearch = async (query, { dispatch }) => {
  const available = await dispatch(managementApi.endpoints.getAvailableModel.initiate(undefined, { subscribe: false })).unwrap();
  return Object.entries(available)
    .filter(([name]) => matchesQuery(name, query))
    .slice(0, most)
    .map(([name, { owned_by: owner }]) => ({ id: name, label: name, hint: owner, icon: ModelIcon, to: `/panel/models/${encodeURIComponent(name)}` }));
};

export default searchModels;
