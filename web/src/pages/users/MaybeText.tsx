/** Somebody's words, or a dash where there are none. */
export function MaybeText({ text = '' }: { text?: string }) {
  return <bdi>{text === '' ? '—' : text}</bdi>;
}
