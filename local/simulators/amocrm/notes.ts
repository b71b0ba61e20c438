import * as z from "zod";
import { takeId } from "./account.ts";
import type { Account, EntityMethod } from "./account.ts";
import { halAnswer } from "./answers.ts";
import { accountNumber, tokenUserId } from "./crm.ts";
import type { EntityType, Note } from "./crm.ts";
import { findLead } from "./lead-records.ts";
import { isWanted, listAnswer, readList, readOrder } from "./lists.ts";
import { switchesOf } from "./switches.ts";
import { notExpected, notSupported, readEntities } from "./validation.ts";
import type { EntityError } from "./validation.ts";

const text = z.string().min(1);
const common = {
  entity_id: z.int().optional(),
  created_by: z.int().optional(),
  request_id: z.string().optional(),
  is_need_to_trigger_digital_pipeline: z.boolean().optional(),
};
const service = z.strictObject({ service: text, text });

/** The simulator knows three of the documented types. No limit of the text's length is documented. */
const noteSchema = z.discriminatedUnion("note_type", [
  z.strictObject({ ...common, note_type: z.literal("common"), params: z.strictObject({ text }) }),
  z.strictObject({ ...common, note_type: z.literal("service_message"), params: service }),
  z.strictObject({ ...common, note_type: z.literal("extended_service_message"), params: service }),
]);
type GivenNote = z.infer<typeof noteSchema>;

/** `POST /api/v4/{entity}/notes` and `/{id}/notes`. Each note names its entity, if the path does not. */
export const addNotes: EntityMethod = (entity, account, request, id) => {
  const entityId = Number.isNaN(id) ? undefined : id;
  const given = readEntities(request, {
    schema: noteSchema,
    check: (note) => checkNote(account, entity, note, entityId),
  });
  const notes = given.map(({ entity: note, requestId }) => {
    const added: Note = {
      id: takeId(account),
      entity,
      entityId: entityId ?? note.entity_id ?? 0,
      type: note.note_type,
      params: note.params,
      createdBy: note.created_by ?? tokenUserId(switchesOf(account)),
      createdAt: Math.floor(account.now() / 1000),
    };
    account.notes.push(added);
    return { id: added.id, entity_id: added.entityId, request_id: requestId };
  });
  return halAnswer({ _embedded: { notes } });
};

function checkNote(
  account: Account,
  entity: EntityType,
  given: GivenNote,
  entityId: number | undefined,
): EntityError[] {
  const { entity_id: named, created_by: userId } = given;
  const isDouble = entityId !== undefined && named !== undefined;
  return [
    ...(isDouble ? [notExpected("entity_id")] : []),
    ...(entityExists(account, entity, entityId ?? named) ? [] : [notSupported("entity_id")]),
    // Whether the robot, 0, can be the author of a note is not known.
    ...(userId === undefined || account.users.some(({ id }) => id === userId)
      ? []
      : [notSupported("created_by")]),
  ];
}

/** Whether there is such a lead or contact, for what belongs to it. */
export function entityExists(account: Account, entity: EntityType, id = 0): boolean {
  return entity === "leads" ? findLead(account, id) !== undefined : account.contacts.has(id);
}

/** `GET /api/v4/{entity}/{id}/notes`. */
export const listNotes: EntityMethod = (entity, account, request, entityId) => {
  const types = readList(request.query, "filter[note_type]");
  const items = account.notes
    .filter((note) => note.entity === entity && note.entityId === entityId)
    .filter(({ type }) => isWanted(types, type))
    .sort(readOrder<Note>(request.query, { updated_at: ({ createdAt }) => createdAt }));
  return listAnswer(request, { name: "notes", items, show: noteObject });
};

function noteObject(note: Note): object {
  return {
    id: note.id,
    entity_id: note.entityId,
    created_by: note.createdBy,
    updated_by: note.createdBy,
    created_at: note.createdAt,
    updated_at: note.createdAt,
    responsible_user_id: note.createdBy,
    group_id: 0,
    note_type: note.type,
    params: note.params,
    account_id: accountNumber,
  };
}
