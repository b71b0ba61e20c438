import * as z from "zod/mini";

/** A number that fits an id; Telegram's ids have up to 52 significant bits. */
const id = z.int();

const user = z.looseObject({
  id,
  first_name: z.optional(z.string()),
  last_name: z.optional(z.string()),
  username: z.optional(z.string()),
  language_code: z.optional(z.string()),
});

const chat = z.looseObject({
  id,
  type: z.optional(z.string()),
  first_name: z.optional(z.string()),
  last_name: z.optional(z.string()),
  username: z.optional(z.string()),
});

const message = z.looseObject({
  message_id: id,
  date: z.int(),
  edit_date: z.optional(z.int()),
  chat,
  from: z.optional(user),
  text: z.optional(z.string()),
  caption: z.optional(z.string()),
});

/**
 * The part of an Update that the bridge reads; unknown fields and kinds pass through.
 * @see https://core.telegram.org/bots/api#update
 */
export const update = z.looseObject({
  update_id: z.int(),
  message: z.optional(message),
  edited_message: z.optional(message),
  my_chat_member: z.optional(
    z.looseObject({
      chat,
      date: z._default(z.int(), 0),
      new_chat_member: z.looseObject({ status: z.string() }),
    }),
  ),
});
export type Message = z.output<typeof message>;
