import { useLocation, useNavigate } from 'react-router';

const base = '/panel/prices';

/** The dialogs' addresses, which keep what the list behind them shows. */
export function useDialogPath() {
  const { search } = useLocation();
  const navigate = useNavigate();
  const withParams = (path: string, change: (params: URLSearchParams) => void) => {
    const params = new URLSearchParams(search);
    ['price', 'models'].forEach((name) => params.delete(name));
    change(params);
    const query = params.toString();
    return base + path + (query && `?${query}`);
  };
  return {
    newPath: (models: readonly string[]) => withParams('/new', (params) => models.forEach((model) => params.append('models', model))),
    editPath: (model: string) => withParams('/edit', (params) => params.set('price', model)),
    close: () => void navigate(withParams('', () => undefined), { replace: true }),
  };
}
