import * as z from "zod";
import { editedMessageSchema, embeddedSchema, link, messageSchema } from "./message-schemas.ts";

const id = z.string().min(1);
/** Latin letters, digits, punctuation and space. */
const externalId = z.string().regex(/^[\u0020-\u007e]{1,40}$/);

const profile = z.object({ phone: z.string().optional(), email: z.string().optional() });

/** A person in our requests. Without `ref_id`, amoCRM finds the person by `id`. */
const personSchema = z.object({
  id,
  ref_id: z.string().optional(),
  name: z.string().min(1),
  avatar: link.optional(),
  profile: profile.optional(),
  profile_link: link.optional(),
});

const sourceSchema = z.object({ external_id: externalId });

/**
 * Body of `POST …/chats`.
 * @see https://www.amocrm.ru/developers/content/chats/chat-api-reference
 */
export const chatSchema = z.object({
  conversation_id: id,
  source: sourceSchema.optional(),
  user: personSchema,
});

/** Body of `POST …/connect`. */
export const connectSchema = z.object({
  account_id: id,
  title: z.string().optional(),
  hook_api_version: z.enum(["v1", "v2"]).optional(),
  is_time_window_disabled: z.boolean().optional(),
});

/** Body of `DELETE …/disconnect`. */
export const disconnectSchema = z.object({ account_id: id });

const times = { timestamp: z.int().positive(), msec_timestamp: z.int().positive() };
const isSameSecond = (value: { timestamp: number; msec_timestamp: number }) =>
  Math.floor(value.msec_timestamp / 1000) === value.timestamp;
const sameSecond = {
  path: ["msec_timestamp"],
  message: "must lie within the second of timestamp",
};

const newMessageSchema = z.object({
  event_type: z.literal("new_message"),
  payload: z
    .object({
      ...times,
      msgid: id,
      conversation_id: id,
      conversation_ref_id: z.string().optional(),
      silent: z.boolean().optional(),
      source: sourceSchema.optional(),
      sender: personSchema,
      receiver: personSchema.optional(),
      message: messageSchema,
      reply_to: z.object({ message: embeddedSchema }).optional(),
      forwards: z.looseObject({ messages: z.array(embeddedSchema).length(1) }).optional(),
    })
    .refine(isSameSecond, sameSecond),
});

const editSchema = z.object({
  event_type: z.literal("edit_message"),
  payload: z
    .object({
      ...times,
      msgid: id.optional(),
      id: id.optional(),
      conversation_id: id,
      message: editedMessageSchema,
    })
    .refine(isSameSecond, sameSecond)
    .refine((value) => value.msgid !== undefined || value.id !== undefined, {
      path: ["msgid"],
      message: "msgid or id is needed",
    }),
});

/** Body of `POST /v2/origin/custom/{scope_id}`. */
export const eventSchema = z.discriminatedUnion("event_type", [newMessageSchema, editSchema]);

/** The payload of a new message, checked. */
export type NewMessage = z.infer<typeof newMessageSchema>["payload"];
/** The payload of an edit, checked. */
export type MessageEdit = z.infer<typeof editSchema>["payload"];
/** A person of a request, checked. */
export type RequestPerson = z.infer<typeof personSchema>;
