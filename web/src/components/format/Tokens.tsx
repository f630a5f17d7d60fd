import { Figure } from './Money';
import { useFormat } from './useFormat';

/** A count of tokens, short, with the exact count at hand. */
export function Tokens({ count }: { count: number }) {
  const format = useFormat();
  return <Figure text={format.compact(count)} title={format.number(count)} />;
}
