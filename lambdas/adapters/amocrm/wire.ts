import * as z from "zod/mini";

/**
 * The part of a v2 message hook that the bridge reads; the rest passes through.
 * @see https://www.amocrm.ru/developers/content/chats/chat-webhooks
 */
export const messageHook = z.looseObject({
  account_id: z.optional(z.string()),
  message: z.looseObject({
    timestamp: z.optional(z.int()),
    msec_timestamp: z.optional(z.int()),
    conversation: z.looseObject({
      id: z.optional(z.string()),
      client_id: z.optional(z.nullable(z.string())),
    }),
    message: z.looseObject({
      id: z.string().check(z.minLength(1)),
      type: z.string(),
      text: z.optional(z.nullable(z.string())),
      media: z.optional(z.nullable(z.string())),
      markup: z.optional(z.unknown()),
    }),
  }),
});

/** Buttons that Salesbot puts under a message: rows of them. */
export const buttons = z.looseObject({
  buttons: z.array(z.array(z.looseObject({ text: z.string(), url: z.optional(z.string()) }))),
});

/** Answer of `POST /chats`; everything but the chat's id may be missing. */
export const createdChat = z.looseObject({
  id: z.string(),
  user: z.optional(z.looseObject({ id: z.optional(z.string()) })),
});

/** Answer of `new_message`: `msgid` is amoCRM's id here, `ref_id` ours. */
export const sentMessage = z.looseObject({
  new_message: z.looseObject({ msgid: z.string() }),
});

/** Answer of a chat's history; `message.client_id` is our msgid. */
export const history = z.looseObject({
  messages: z.array(
    z.looseObject({
      timestamp: z.optional(z.int()),
      msec_timestamp: z.optional(z.int()),
      message: z.looseObject({
        id: z.string(),
        client_id: z.optional(z.nullable(z.string())),
      }),
    }),
  ),
});

/** Answer of `connect`. */
export const connectedChannel = z.looseObject({ scope_id: z.string() });
