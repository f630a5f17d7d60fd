import ReceiptIcon from '@mui/icons-material/ReceiptLongOutlined';
import { managementApi } from '../../api/endpoints';
import type { PaletteSearch } from '../../components/palette/paletteItems';
import { requestPath } from './requestsPath';

const idShape = /^[\w-]{16,64}$/;

/** One request, by its whole id. */
const findRequest: PaletteSearch = async (query, { dispatch }) => {
  const id = query.trim();
  if (!idShape.test(id)) return [];
  const found = await dispatch(managementApi.endpoints.getLogRequestId.initiate({ requestId: id }, { subscribe: false }));
  return found.data ? [{ id: `request:${id}`, label: found.data.row.model_name, hint: id, icon: ReceiptIcon, to: requestPath(id) }] : [];
};

export default findRequest;
