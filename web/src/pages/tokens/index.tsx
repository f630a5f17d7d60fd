import { useState } from 'react';
import { Route, Routes, useMatch } from 'react-router';
import type { Token } from '../../api/generated';
import { KeyDialog } from './KeyDialog';
import { TokenDetail } from './TokenDetail';
import { EditToken, NewToken } from './TokenForm';
import { tokensPath } from './token';
import { TokenList } from './TokenList';

export default function TokensPage() {
  const [made, setMade] = useState<Token>();
  // The form gives the focus back to what opened it when it goes: only then may the key take it.
  const isFormOpen = useMatch(`${tokensPath}/new`) !== null;
  return (
    <>
      <Routes>
        <Route index element={<TokenList />} />
        <Route path="new" element={<TokenList dialog={<NewToken onMade={setMade} />} />} />
        <Route path=":id/edit" element={<TokenList dialog={<EditToken />} />} />
        <Route path=":id" element={<TokenDetail />} />
      </Routes>
      {made && !isFormOpen && <KeyDialog token={made} onClose={() => setMade(undefined)} />}
    </>
  );
}
