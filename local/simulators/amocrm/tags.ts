import * as z from "zod";
import { takeId } from "./account.ts";
import type { Account } from "./account.ts";
import type { EntityType, Tag } from "./crm.ts";
import { notSupported } from "./validation.ts";
import type { EntityError } from "./validation.ts";

/** Tags in the form of requests, each by its id or its name. */
export const givenTags = z.array(
  z.union([
    z.strictObject({ id: z.int(), name: z.string().optional() }),
    z.strictObject({ name: z.string().min(1) }),
  ]),
);
type GivenTags = z.infer<typeof givenTags> | null | undefined;

/** The tags of a request about an entity. `tags` replaces all earlier ones, and null clears them. */
export type TagChange = {
  readonly tags_to_add?: GivenTags;
  readonly tags_to_delete?: GivenTags;
  readonly _embedded?: { readonly tags?: GivenTags } | undefined;
};

/** What is wrong with the tags of an entity in a request: an id that does not exist. */
export function checkTags(account: Account, entity: EntityType, change: TagChange): EntityError[] {
  const { tags_to_add: added, tags_to_delete: deleted, _embedded } = change;
  const lists = { tags_to_add: added, tags_to_delete: deleted, "_embedded.tags": _embedded?.tags };
  return Object.entries(lists).flatMap(([path, list]) =>
    (list ?? []).flatMap((tag, index) => {
      const isKnown = !("id" in tag) || account.tags[entity].some(({ id }) => id === tag.id);
      return isKnown ? [] : [notSupported(`${path}.${index}.id`)];
    }),
  );
}

/** The tags of an entity after a request. A new name makes a new tag. */
export function withTags(
  account: Account,
  entity: EntityType,
  known: readonly Tag[],
  { tags_to_add: added, tags_to_delete: deleted, _embedded }: TagChange,
): readonly Tag[] {
  const find = (list: GivenTags) => (list ?? []).map((tag) => tagOf(account, entity, tag));
  const replaced = _embedded?.tags === undefined ? known : find(_embedded.tags);
  const isGone = (tag: Tag) =>
    (deleted ?? []).some((each) => ("id" in each ? each.id === tag.id : each.name === tag.name));
  const all = [...replaced, ...find(added)].filter((tag) => !isGone(tag));
  return [...new Map(all.map((tag) => [tag.id, tag])).values()];
}

/** The tag of this id or name. A name that is new makes a tag. */
export function tagOf(
  account: Account,
  entity: EntityType,
  given: { readonly id?: number; readonly name?: string | undefined },
): Tag {
  const tags = account.tags[entity];
  const known = tags.find(({ id, name }) =>
    given.id === undefined ? name === given.name : id === given.id,
  );
  if (known !== undefined) return known;
  const tag = { id: takeId(account), name: given.name ?? "" };
  tags.push(tag);
  return tag;
}
