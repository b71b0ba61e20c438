import * as z from "zod";

const label = z.string().min(1);
const button = z.strictObject({ text: label, url: z.url().exactOptional() });

/** Kommo's list instead of buttons, with the lengths of its documentation. */
const list = z.strictObject({
  header: z.string().max(60).exactOptional(),
  body: label.max(1024),
  footer: z.string().max(60).exactOptional(),
  button: label,
  sections: z
    .array(
      z.strictObject({
        title: z.string().max(24).exactOptional(),
        rows: z
          .array(
            z.strictObject({
              callback_data: label,
              title: label,
              description: z.string().exactOptional(),
            }),
          )
          .min(1)
          .max(10),
      }),
    )
    .min(1)
    .max(10),
});

const attachment = z.strictObject({
  /** The id that the file got when it was added. */
  id: label,
  type: z.enum(["picture", "video", "file", "voice", "audio", "sticker"]),
});

/**
 * A message that an operator or a Salesbot can send. Several attachments become
 * several hooks of one group.
 * @see https://www.amocrm.ru/developers/content/chats/chat-webhooks
 */
export const operatorMessageSchema = z
  .strictObject({
    text: z.string().exactOptional(),
    attachments: z.array(attachment).min(1).max(10).exactOptional(),
    markup: z
      .union([
        z.strictObject({
          mode: z.literal("inline"),
          buttons: z.array(z.array(button).min(1)).min(1),
        }),
        z.strictObject({ list_message: list }),
      ])
      .exactOptional(),
    template: z
      .strictObject({
        id: z.int(),
        external_id: z.string().exactOptional(),
        content: label,
        params: z.array(z.strictObject({ key: label, value: z.string() })).exactOptional(),
      })
      .exactOptional(),
    /** A message of the same chat, by amojo's id or ours. */
    reply_to: label.exactOptional(),
    /** A message of any chat. */
    forward: label.exactOptional(),
  })
  .refine(
    ({ text, ...rest }) => (text ?? "") !== "" || Object.keys(rest).length > 0,
    "a message needs text, attachments, markup, template or forward",
  );
export type OperatorMessage = z.infer<typeof operatorMessageSchema>;
