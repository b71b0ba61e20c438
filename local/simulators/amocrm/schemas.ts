import * as z from "zod";

/** An address that others can fetch. */
const link = z.url({ protocol: /^https?$/ });

const id = z.string().min(1);
const text = z.string();
const bytes = z.int().min(0);
const seconds = z.int().min(0);
const place = z.object({ lon: z.number().min(-180).max(180), lat: z.number().min(-90).max(90) });
const card = z.object({ name: z.string().min(1), phone: z.string().min(1) });

/** Fields that any message may have. They are checked where they are given. */
const anyOf = {
  text: text.optional(),
  media: link.optional(),
  file_name: z.string().min(1).optional(),
  file_size: bytes.optional(),
  media_duration: seconds.optional(),
  sticker_id: text.optional(),
  callback_data: z.string().min(1).optional(),
};
const named = { media: link, file_name: z.string().min(1), file_size: bytes };

/**
 * The message object: each `type` has its required fields. Further fields pass unchecked.
 * @see https://www.amocrm.ru/developers/content/chats/chat-api-reference
 */
const messageSchema = z.discriminatedUnion("type", [
  z.looseObject({ ...anyOf, type: z.literal("text"), text: text.min(1) }),
  z.looseObject({ ...anyOf, type: z.literal("picture"), ...named }),
  z.looseObject({ ...anyOf, type: z.literal("file"), ...named }),
  z.looseObject({ ...anyOf, type: z.literal("video"), ...named }),
  z.looseObject({ ...anyOf, type: z.literal("voice"), media: link }),
  z.looseObject({ ...anyOf, type: z.literal("audio"), media: link }),
  z.looseObject({ ...anyOf, type: z.literal("sticker"), media: link }),
  z.looseObject({ ...anyOf, type: z.literal("location"), location: place }),
  z.looseObject({ ...anyOf, type: z.literal("contact"), contact: card }),
]);

const types = messageSchema.options.map((option) => option.shape.type.value);

/** The message object of an edit. It may leave out fields that it does not change. */
const editedMessageSchema = z
  .looseObject({
    ...anyOf,
    type: z.enum(types),
    location: place.optional(),
    contact: card.optional(),
  })
  .refine((message) => message.type !== "text" || message.text !== "", {
    path: ["text"],
    message: "must not be empty",
  });

const embeddedPerson = z
  .looseObject({
    id: z.string().optional(),
    ref_id: z.string().optional(),
    name: z.string().optional(),
  })
  .refine((person) => person.id ?? person.ref_id ?? person.name, "id, ref_id or name is needed");

const embeddedInFull = z.intersection(
  z.looseObject({
    timestamp: z.int(),
    msec_timestamp: z.int(),
    sender: embeddedPerson,
    id: z.string().optional(),
    msgid: z.string().optional(),
  }),
  z.union([
    z.looseObject({ ...anyOf, type: z.literal("text"), text: text.min(1) }),
    z.looseObject({ ...anyOf, type: z.literal("location"), location: place }),
    z.looseObject({ ...anyOf, type: z.literal("contact"), contact: card }),
    z.looseObject({ ...anyOf, type: z.enum(types).exclude(["text", "location", "contact"]) }),
  ]),
);

/** A quoted message: an id, or the message in full. */
const embeddedSchema = z.union(
  [embeddedInFull, z.looseObject({ id, msgid: id.optional() }), z.looseObject({ msgid: id })],
  "a quoted message needs id or msgid, or else type, timestamp, msec_timestamp and sender",
);

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
