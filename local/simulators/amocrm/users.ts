import type { SimulatedAnswer, SimulatedRequest } from "../../http.ts";
import type { Account } from "./account.ts";
import { halAnswer } from "./answers.ts";
import type { User } from "./crm.ts";
import { listAnswer, readWith } from "./lists.ts";

/** `GET /api/v4/users`. */
export function listUsers(account: Account, request: SimulatedRequest): SimulatedAnswer {
  const show = (user: User) => userObject(user, request.query);
  return listAnswer(request, { name: "users", items: account.users, show });
}

/** `GET /api/v4/users/{id}`. What amoCRM answers for an unknown user is not documented. */
export function getUser(
  { users }: Account,
  { query }: SimulatedRequest,
  id: number,
): SimulatedAnswer {
  const user = users.find((each) => each.id === id);
  return user === undefined ? { status: 204 } : halAnswer(userObject(user, query));
}

/** Whether a lead, contact or task can be given to a user: one that is active and not free. */
export function canBeResponsible({ users }: Account, id: number): boolean {
  return users.some((user) => user.id === id && user.isActive && !user.isFree);
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
