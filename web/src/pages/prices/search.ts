import PriceChangeIcon from '@mui/icons-material/PriceChangeOutlined';
import { managementApi } from '../../api/endpoints';
import { matchesQuery, type PaletteSearch } from '../../components/palette/paletteItems';

const mostFound = 5;

/** Prices by the model's name. */
const findPrices: PaletteSearch = async (query, { dispatch }) => {
  const prices = await dispatch(managementApi.endpoints.getPrices.initiate({}, { subscribe: false })).unwrap();
  return prices
    .filter(({ model }) => matchesQuery(model, query))
    .slice(0, mostFound)
    .map(({ model }) => ({ id: `price:${model}`, label: model, icon: PriceChangeIcon, to: `/panel/prices/edit?price=${encodeURIComponent(model)}` }));
};

export default findPrices;
