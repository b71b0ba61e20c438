import * as z from "zod";

/** An address that others can fetch. */
export const link = z.url({ protocol: /^https?$/ });

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
export const messageSchema = z.discriminatedUnion("type", [
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
export const editedMessageSchema = z
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
export const embeddedSchema = z.union(
  [embeddedInFull, z.looseObject({ id, msgid: id.optional() }), z.looseObject({ msgid: id })],
  "a quoted message needs id or msgid, or else type, timestamp, msec_timestamp and sender",
);
