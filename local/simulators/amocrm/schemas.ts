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

/** Body of `POST …/typing`. */
export const typingSchema = z.object({
  conversation_id: id,
  sender: z.object({ id }),
  duration_ms: z.int().positive().optional(),
});

/** Body of `POST …/react`. */
export const reactSchema = z
  .object({
    conversation_id: z.string().optional(),
    conversation_ref_id: z.string().optional(),
    msgid: z.string().optional(),
    id: z.string().optional(),
    user: z.object({ id, ref_id: z.string().optional() }),
    type: z.enum(["react", "unreact"]),
    emoji: z.string().optional(),
  })
  .refine(
    (value) => value.conversation_id !== undefined || value.conversation_ref_id !== undefined,
    {
      path: ["conversation_id"],
      message: "conversation_id or conversation_ref_id is needed",
    },
  )
  .refine((value) => value.msgid !== undefined || value.id !== undefined, {
    path: ["msgid"],
    message: "msgid or id is needed",
  })
  .refine((value) => value.type === "unreact" || (value.emoji ?? "") !== "", {
    path: ["emoji"],
    message: "needed to react",
  });

/** Body of `POST …/{msgid}/delivery_status`, in one or both of the two documented spellings. */
export const deliveryStatusSchema = z
  .object({
    msgid: z.string().optional(),
    status_code: z.literal([1, 2, -1]).optional(),
    delivery_status: z.literal([1, 2, -1]).optional(),
    error_code: z.int().min(901).max(905).optional(),
    error: z.string().optional(),
  })
  .transform((value, context) => {
    const status = value.status_code ?? value.delivery_status;
    const refuse = (path: string, message: string) => {
      context.addIssue({ code: "custom", path: [path], message });
      return z.NEVER;
    };
    if (status === undefined) return refuse("status_code", "missing");
    if ((value.delivery_status ?? status) !== status) {
      return refuse("delivery_status", "differs from status_code");
    }
    if (status === -1 && value.error_code === undefined) return refuse("error_code", "missing");
    if (status === -1 && value.error === undefined) return refuse("error", "missing");
    if (status === -1 && value.error_code === 905 && value.error === "") {
      return refuse("error", "must not be empty with 905");
    }
    return { ...value, status };
  });
