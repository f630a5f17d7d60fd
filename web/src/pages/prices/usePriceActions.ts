import { useTranslation } from 'react-i18next';
import { forEachOf } from '../../api/forEachOf';
import {
  type Price,
  usePostPricesMultipleMutation,
  usePostPricesSingleMutation,
  usePutPricesMultipleDeleteMutation,
  usePutPricesSingleModelMutation,
} from '../../api/generated';
import { useNotify } from '../../components/feedback/useNotify';
import { priceBody } from './price';

export interface PriceActions {
  /** Each of these offers the way back, and rejects with the problem. */
  change: (from: Price, to: Price) => Promise<void>;
  remove: (prices: readonly Price[]) => Promise<void>;
  setLocked: (prices: readonly Price[], locked: boolean) => Promise<void>;
  /** Gives several models one price. `replaced` are the prices that some of them have now. */
  fill: (models: readonly string[], price: Price, replaced: readonly Price[]) => Promise<void>;
}

export function usePriceActions(): PriceActions {
  const { t } = useTranslation('prices');
  const notify = useNotify();
  const [add] = usePostPricesSingleMutation();
  const [put] = usePutPricesSingleModelMutation();
  const [addSeveral] = usePostPricesMultipleMutation();
  const [removeSeveral] = usePutPricesMultipleDeleteMutation();

  const write = (model: string, price: Price) => put({ model, price: priceBody(price) }).unwrap();
  const restore = (prices: readonly Price[]) => forEachOf(prices, (price) => write(price.model, price));
  const drop = (models: string[]) => removeSeveral({ body: { models } }).unwrap();

  const sayDone = (what: 'deleted' | 'filled' | 'locked' | 'unlocked', models: readonly string[]) => {
    const [only, another] = models;
    return only !== undefined && another === undefined ? t(`done.${what}One`, { model: only }) : t(`done.${what}`, { count: models.length });
  };

  return {
    change: async (from, to) => {
      await write(from.model, to);
      notify.undoable(t('done.changed', { model: to.model }), async () => {
        await write(to.model, from);
      });
    },
    remove: async (prices) => {
      await drop(modelsOf(prices));
      notify.undoable(sayDone('deleted', modelsOf(prices)), () => forEachOf(prices, (price) => add({ price: priceBody(price) }).unwrap()));
    },
    setLocked: async (prices, locked) => {
      const changing = prices.filter((price) => (price.locked ?? false) !== locked);
      await forEachOf(changing, (price) => write(price.model, { ...price, locked }));
      notify.undoable(sayDone(locked ? 'locked' : 'unlocked', modelsOf(changing)), () => restore(changing));
    },
    fill: async (models, price, replaced) => {
      const added = models.filter((model) => replaced.every((old) => old.model !== model));
      await addSeveral({ body: { original_models: [], models: [...models], price: priceBody(price) } }).unwrap();
      notify.undoable(sayDone('filled', models), async () => {
        if (added.length > 0) await drop(added);
        await restore(replaced);
      });
    },
  };
}

function modelsOf(prices: readonly Price[]): string[] {
  return prices.map(({ model }) => model);
}
