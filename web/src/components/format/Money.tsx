import { useFormat } from './useFormat';

/** Dollars, given as an exact decimal string. */
export function Money({ usd }: { usd: string }) {
  return <Figure text={useFormat().usd(usd)} />;
}

/** Digits of one width, that stay on one line. */
export function Figure({ text, title }: { text: string; title?: string }) {
  return (
    <span title={title} style={{ fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }}>
      {text}
    </span>
  );
}
