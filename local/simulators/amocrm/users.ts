import type { Account, Method } from "./account.ts";
import { halAnswer } from "./answers.ts";
import type { User } from "./crm.ts";
import { listAnswer, readWith } from "./lists.ts";
import { notSupported } from "./validation.ts";
import type { EntityError } from "./validation.ts";

/** `GET /api/v4/users`. */
export const listUsers: Method = (account, request) => {
  const show = (user: User) => userObject(user, request.query);
  return listAnswer(request, { name: "users", items: account.users, show });
};

/** `GET /api/v4/users/{id}`. What amoCRM answers for an unknown user is not documented. */
export const getUser: Method = ({ users }, { query }, id) => {
  const user = users.find((each) => each.id === id);
  return user === undefined ? { status: 204 } : halAnswer(userObject(user, query));
};

/** What is wrong with the responsible user of a lead, contact or task: it must be active and not free. */
export function checkResponsible(
  { users }: Account,
  { responsible_user_id: wanted }: { readonly responsible_user_id?: number | undefined },
): EntityError[] {
  const isUsable = users.some(({ id, isActive, isFree }) => id === wanted && isActive && !isFree);
  return wanted === undefined || isUsable ? [] : [notSupported("responsible_user_id")];
}

function userObject(user: User, query: URLSearchParams): object {
  const own = { view: "A", edit: "A", add: "A", delete: "A", export: "A" };
  return {
    id: user.id,
    name: user.name,
    email: `user-${user.id}@simulated.example`,
    lang: "en",
    rights: {
      leads: own,
      contacts: own,
      companies: own,
      tasks: { edit: "A", delete: "A" },
      mail_access: false,
      catalog_access: false,
      files_access: false,
      status_rights: null,
      is_admin: user.isAdmin,
      is_free: user.isFree,
      is_active: user.isActive,
      group_id: null,
      role_id: null,
    },
    ...(readWith(query).has("amojo_id") ? { amojo_id: user.amojoId } : {}),
  };
}
