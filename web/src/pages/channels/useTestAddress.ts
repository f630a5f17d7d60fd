import { useSearchParams } from 'react-router';

/** Whether the page's address asks for a test: `?test`. The dialog only offers it, nothing is called before a click. */
export function useTestAddress(): [boolean, (open: boolean) => void] {
  const [params, setParams] = useSearchParams();
  const setOpen = (open: boolean) =>
    setParams(
      (current) => {
        const next = new URLSearchParams(current);
        if (open) next.set('test', '');
        else next.delete('test');
        return next;
      },
      { replace: true },
    );
  return [params.has('test'), setOpen];
}
