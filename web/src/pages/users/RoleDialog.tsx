import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import type { User } from '../../api/generated';
import { useAccount } from '../../auth/useAccount';
import { FormDialog, SelectField } from '../../forms';
import { roleOf, rolesToGive } from './user';
import { useUserActions } from './useUserActions';

/** Gives another role, of those that the account may give. */
export function RoleDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation('users');
  const { giveRole } = useUserActions();
  const roles = rolesToGive(useAccount(), user);
  const [first] = roles;
  if (!first) return null;
  return (
    <FormDialog
      title={t('roleChange.title', { name: user.username })}
      maxWidth="xs"
      onClose={onClose}
      schema={z.object({ role: z.enum(['user', 'reliable', 'admin']) })}
      defaultValues={{ role: first }}
      onSubmit={({ role }) => giveRole(user, role)}
      submitLabel={t('roleChange.submit')}
    >
      <SelectField
        name="role"
        label={t('role')}
        help={t('roleChange.help', { role: t(`roles.${roleOf(user)}`) })}
        options={roles.map((role) => ({ value: role, label: t(`roles.${role}`) }))}
      />
    </FormDialog>
  );
}
