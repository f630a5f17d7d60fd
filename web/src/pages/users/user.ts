import type { User } from '../../api/generated';

export const usersPath = '/panel/users';

export const userStatus = { enabled: 1, disabled: 2 } as const;

/** Roles as the gateway numbers them; who may do what is for its capabilities to say. */
export const roleNumbers = { user: 1, reliable: 3, admin: 10, root: 100 } as const;

export type RoleName = keyof typeof roleNumbers;
export const roleNames = ['user', 'reliable', 'admin', 'root'] as const satisfies readonly RoleName[];
/** Roles that can be given. */
export type GivenRole = Exclude<RoleName, 'root'>;

/** What `POST /api/user/manage` calls giving a role. */
export const roleActions = { user: 'demote', reliable: 'set_reliable', admin: 'promote' } as const satisfies Record<GivenRole, string>;

export function roleOf({ role }: Pick<User, 'role'>): RoleName {
  return (['root', 'admin', 'reliable'] as const).find((name) => roleNumbers[name] === role) ?? 'user';
}

export function isEnabled({ status }: Pick<User, 'status'>): boolean {
  return status === userStatus.enabled;
}

/** Whether `actor` may change `user`: those below them, and root also itself. */
export function mayChange(actor: Pick<User, 'role'>, user: Pick<User, 'role'>): boolean {
  return actor.role > user.role || roleOf(actor) === 'root';
}

/** Roles that `actor` may give: such as are below their own, and are not the user's already. */
export function rolesToGive(actor: Pick<User, 'role'>, user: Pick<User, 'role'>): GivenRole[] {
  if (roleOf(user) === 'root' || !mayChange(actor, user)) return [];
  return (['user', 'reliable', 'admin'] as const).filter((role) => roleNumbers[role] !== user.role && roleNumbers[role] < actor.role);
}
