import * as z from "zod";
import { takeId } from "./account.ts";
import type { Account, EntityMethod } from "./account.ts";
import { allAnswer } from "./answers.ts";
import type { EntityType, Tag } from "./crm.ts";
import { isWanted, listAnswer, readList } from "./lists.ts";
import { notExpected, notSupported, readEntities } from "./validation.ts";
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
function tagOf(
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

const newTagSchema = z.strictObject({
  name: z.string().min(1),
  color: z.string().nullish(),
  request_id: z.string().optional(),
});

/** `GET /api/v4/{entity}/tags`, with the exact name or the ids as filters. */
export const listTags: EntityMethod = (entity, account, request) => {
  const { query } = request;
  const names = readList(query, "filter[name]");
  const ids = readList(query, "filter[id]").map(Number);
  const wanted = (query.get("query") ?? "").toLowerCase();
  const items = account.tags[entity].filter(
    ({ id, name }) =>
      isWanted(names, name) && isWanted(ids, id) && name.toLowerCase().includes(wanted),
  );
  return listAnswer(request, { name: "tags", items, show: tagObject });
};

/** `POST /api/v4/{entity}/tags`: an array. A name that exists already gives its tag. */
export const addTags: EntityMethod = (entity, account, request) => {
  // Only the tags of leads have colours.
  const check = ({ color }: z.infer<typeof newTagSchema>) =>
    color != null && entity === "contacts" ? [notExpected("color")] : [];
  const given = readEntities(request, { schema: newTagSchema, check });
  const tags = given.map(({ entity: { name }, requestId }) => ({
    ...tagObject(tagOf(account, entity, { name })),
    request_id: requestId,
  }));
  return allAnswer("tags", tags);
};

/** A tag as reads show it. */
export function tagObject({ id, name }: Tag): object {
  return { id, name, color: null };
}
