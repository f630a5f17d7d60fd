import { type ComponentProps, lazy, Suspense } from 'react';

const CopyButton = lazy(async () => ({ default: (await import('./CopyButton')).CopyButton }));

/** A `CopyButton` for what the sign-in page shows: with its tooltip it would weigh on the first load. */
export function LazyCopyButton(props: ComponentProps<typeof CopyButton>) {
  return (
    <Suspense>
      <CopyButton {...props} />
    </Suspense>
  );
}
