import * as z from "zod/mini";
import { isObject } from "../../http/untrusted.ts";
import { countOf, isAbsent, itemsOf, textOf } from "../lenient.ts";

const text = z.pipe(
  z.unknown(),
  z.transform((value) => textOf(value)),
);
const count = z.pipe(
  z.unknown(),
  z.transform((value) => countOf(value)),
);
/**
 * Words of the operator: absent or readable. Any other value makes the hook unreadable, so no words get
 * lost.
 */
const words = z.pipe(
  z.unknown().check(z.refine((value) => isAbsent(value) || textOf(value) !== undefined)),
  z.transform((value) => textOf(value)),
);
const object = z.pipe(
  z.unknown(),
  z.transform((value) => (Array.isArray(value) && value.length === 0 ? {} : value)),
);

/** The content of a message, in a hook, a quote or a forward. */
const hookContent = z.looseObject({
  id: z.optional(text),
  msgid: z.optional(text),
  client_id: z.optional(text),
  type: z.optional(text),
  text: z.optional(words),
  media: z.optional(words),
  file_name: z.optional(text),
  file_size: z.optional(count),
  media_duration: z.optional(count),
  location: z.optional(z.unknown()),
  contact: z.optional(z.unknown()),
  markup: z.optional(z.unknown()),
  template: z.optional(z.unknown()),
});
export type HookContent = z.output<typeof hookContent>;

/** A quoted or forwarded message. It omits fields that it cannot read. */
export const embeddedContent = z.extend(hookContent, {
  text: z.optional(text),
  media: z.optional(text),
});

/** The objects in an array. It omits all other items. */
const objects = z.pipe(
  z.unknown(),
  z.transform((value) => itemsOf(value).filter(isObject)),
);

/** One of the buttons that Salesbot puts under a message. */
export const hookButton = z.looseObject({ text: z.optional(text), url: z.optional(text) });

const listRow = z.looseObject({
  title: z.optional(text),
  description: z.optional(text),
  callback_data: z.optional(text),
});
const listSection = z.looseObject({
  title: z.optional(text),
  rows: z._default(z.pipe(objects, z.array(listRow)), []),
});
export type ListSection = z.output<typeof listSection>;

/** Kommo's list in place of buttons. Its rows are in sections. */
export const listMessage = z.looseObject({
  header: z.optional(text),
  body: z.optional(text),
  footer: z.optional(text),
  sections: z._default(z.pipe(objects, z.array(listSection)), []),
});

/** The source of a message: a text with markers, and the values of the markers. */
export const template = z.looseObject({
  content: z.optional(text),
  params: z._default(
    z.pipe(objects, z.array(z.looseObject({ key: z.optional(text), value: z.optional(text) }))),
    [],
  ),
});

/**
 * The part of a v2 message hook that the bridge reads. Other fields pass through.
 * @see https://www.amocrm.ru/developers/content/chats/chat-webhooks
 */
export const messageHook = z.looseObject({
  time: z.optional(count),
  message: z.looseObject({
    timestamp: z.optional(count),
    msec_timestamp: z.optional(count),
    conversation: z.pipe(
      object,
      z.looseObject({ id: z.optional(text), client_id: z.optional(text) }),
    ),
    message: z.extend(hookContent, {
      id: z.pipe(text, z.string()),
      reply_to: z.optional(z.unknown()),
      forwards: z.optional(z.unknown()),
    }),
  }),
});

/** A message hook after reading. */
export type MessageHook = z.output<typeof messageHook>;

/** Answer of `POST /chats`. Every field but the chat's id may be missing. */
export const createdChat = z.looseObject({
  id: z.string(),
  user: z.optional(z.looseObject({ id: z.optional(z.string()) })),
});

/** Answer of `new_message`. Here `msgid` is amoCRM's id, and `ref_id` is ours. */
export const sentMessage = z.looseObject({
  new_message: z.looseObject({ msgid: z.string() }),
});

/** Answer of a chat's history. `message.client_id` is our msgid. */
export const history = z.looseObject({
  messages: z.array(
    z.looseObject({
      timestamp: z.optional(count),
      msec_timestamp: z.optional(count),
      message: z.looseObject({
        id: z.pipe(text, z.string()),
        client_id: z.optional(text),
      }),
    }),
  ),
});

/** Answer of `connect`. */
export const connectedChannel = z.looseObject({ scope_id: z.string() });
