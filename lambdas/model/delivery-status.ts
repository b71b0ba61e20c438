import * as z from "zod/mini";

/** Error codes of a delivery status, as amoCRM documents them. */
export type DeliveryErrorCode = 901 | 902 | 903 | 904 | 905;

/**
 * The truth about a message, for the operator who wrote it. There is no "read": a bot is never
 * told. @see https://www.amocrm.ru/developers/content/chats/chat-api-reference
 */
export const deliveryStatus = z.union([
  z.strictObject({ statusCode: z.literal(1) }),
  z.strictObject({
    statusCode: z.literal(-1),
    errorCode: z.literal([901, 902, 903, 904, 905]),
    error: z.string(),
  }),
]);
export type DeliveryStatus = z.output<typeof deliveryStatus>;
