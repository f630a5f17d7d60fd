import CableIcon from '@mui/icons-material/CableOutlined';
import { matchesQuery, type PaletteSearch } from '../../components/palette/paletteItems';
import { clientIds, clientNames } from './clients';

/** How to set up a client, by its name. */
const findClients: PaletteSearch = (query) =>
  Promise.resolve(
    clientIds
      .filter((id) => matchesQuery(clientNames[id], query))
      .map((id) => ({ id: `client:${id}`, label: clientNames[id], icon: CableIcon, to: `/panel/connect?client=${id}` })),
  );

export default findClients;
