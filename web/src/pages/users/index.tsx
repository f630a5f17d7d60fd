import { Route, Routes } from 'react-router';
import { useCan } from '../../auth/useAccount';
import { UserDetail } from './UserDetail';
import { EditUser, NewUser } from './UserForm';
import { UserList } from './UserList';

export default function UsersPage() {
  const mayWrite = useCan()('users.write');
  return (
    <Routes>
      <Route index element={<UserList />} />
      <Route path="new" element={<UserList dialog={mayWrite && <NewUser />} />} />
      <Route path=":id/edit" element={<UserList dialog={mayWrite && <EditUser />} />} />
      <Route path=":id" element={<UserDetail />} />
    </Routes>
  );
}
