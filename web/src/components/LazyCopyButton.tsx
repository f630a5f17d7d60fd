import { type ComponentProps, Suspense } from 'react';
import { lazyOr, Nothing } from './lazyOr';

const CopyButton = lazyOr(async () => (await import('./CopyButton')).CopyButton, Nothing);

/** A `CopyButton` for what the sign-in page shows: with its tooltip it would weigh on the first load. */
export function LazyCopyButton(props: ComponentProps<typeof CopyButton>) {
  return (
    <Suspense>
      <CopyButton {...props} />
    </Suspense>
  );
}
