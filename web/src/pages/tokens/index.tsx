import { useState } from 'react';
import { Route, Routes } from 'react-router';
import type { Token } from '../../api/generated';
import { KeyDialog } from './KeyDialog';
import { TokenDetail } from './TokenDetail';
import { EditToken, NewToken } from './TokenForm';
import { TokenList } from './TokenList';

export default function TokensPage() {
  const [made, setMade] = useState<Token>();
  return (
    <>
      <Routes>
        <Route index element={<TokenList />} />
        <Route path="new" element={<TokenList dialog={<NewToken onMade={setMade} />} />} />
        <Route path=":id/edit" element={<TokenList dialog={<EditToken />} />} />
        <Route path=":id" element={<TokenDetail />} />
      </Routes>
      {made && <KeyDialog token={made} onClose={() => setMade(undefined)} />}
    </>
  );
}
