import { useCallback } from 'react';
import { type Token, useLazyGetTokenIdQuery } from '../../api/generated';
import { useAskPassword } from '../../auth/useAskPassword';

/** Reads tokens anew whose keys were left out, after asking for the password; none of them where it is not given. */
export function useTokensWithKeys(): (tokens: readonly Token[]) => Promise<Token[]> {
  const askPassword = useAskPassword();
  const [load] = useLazyGetTokenIdQuery();
  return useCallback(
    async (tokens) => {
      if (!(await askPassword())) return [];
      const shown: Token[] = [];
      for (const { id } of tokens) shown.push(await load({ id }).unwrap());
      return shown;
    },
    [askPassword, load],
  );
}
