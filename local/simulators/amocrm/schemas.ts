import * as z from "zod";

const id = z.string().min(1);
/** Latin letters, digits, punctuation and space. */
const externalId = z.string().regex(/^[\u0020-\u007e]{1,40}$/);
const link = z.url({ protocol: /^https?$/ });
const bytes = z.int().min(0);
const optionalMedia = { media_duration: z.int().optional() };

const profile = z.object({ phone: z.string().optional(), email: z.string().optional() });

/** A person as we name them; an absent `ref_id` is found by `id`. */
const personSchema = z.object({
  id,
  ref_id: z.string().optional(),
  name: z.string().min(1),
  avatar: z.string().optional(),
  profile: profile.optional(),
  profile_link: z.string().optional(),
});

const sourceSchema = z.object({ external_id: externalId });

/** Body of `POST …/chats`. @see https://www.amocrm.ru/developers/content/chats/chat-api-reference */
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

const text = z.string();
const named = { media: link, file_name: z.string().min(1), file_size: bytes };
const caption = { text: text.optional() };

const messageTypes = [
  "text",
  "contact",
  "file",
  "video",
  "picture",
  "voice",
  "audio",
  "sticker",
  "location",
] as const;

/** The message object, by `type` with the fields that type needs; others pass through. */
const messageSchema = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("text"), text: text.min(1) }),
  z.looseObject({ type: z.literal("picture"), ...caption, ...named }),
  z.looseObject({ type: z.literal("file"), ...caption, ...named }),
  z.looseObject({ type: z.literal("video"), ...caption, ...named, ...optionalMedia }),
  z.looseObject({ type: z.literal("voice"), ...caption, media: link, ...optionalMedia }),
  z.looseObject({ type: z.literal("audio"), ...caption, media: link, ...optionalMedia }),
  z.looseObject({
    type: z.literal("sticker"),
    ...caption,
    media: link,
    sticker_id: text.optional(),
  }),
  z.looseObject({
    type: z.literal("location"),
    ...caption,
    location: z.object({ lon: z.number(), lat: z.number() }),
  }),
  z.looseObject({
    type: z.literal("contact"),
    ...caption,
    contact: z.object({ name: z.string().min(1), phone: z.string().min(1) }),
  }),
]);

const embeddedPerson = z.looseObject({
  id: z.string().optional(),
  ref_id: z.string().optional(),
  name: z.string().optional(),
});

/** A quoted message: named by an id, or given in full. */
const embeddedSchema = z.union(
  [
    z.looseObject({
      type: z.string(),
      timestamp: z.int(),
      msec_timestamp: z.int(),
      sender: embeddedPerson,
      id: z.string().optional(),
      msgid: z.string().optional(),
    }),
    z.looseObject({ id, msgid: z.string().optional() }),
    z.looseObject({ msgid: id }),
  ],
  "a quoted message needs id or msgid, or else type, timestamp, msec_timestamp and sender",
);

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
      message: z.looseObject({
        type: z.enum(messageTypes),
        text: text.optional(),
        media: link.optional(),
        file_name: z.string().optional(),
        file_size: bytes.optional(),
      }),
    })
    .refine(isSameSecond, sameSecond)
    .refine((value) => value.msgid !== undefined || value.id !== undefined, {
      path: ["msgid"],
      message: "msgid or id is needed",
    })
    .refine((value) => value.message.type !== "text" || value.message.text !== "", {
      path: ["message", "text"],
      message: "must not be empty",
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
