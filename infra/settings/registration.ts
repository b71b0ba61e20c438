import * as z from "zod";

const latinName = "expected Latin letters, digits, spaces and hyphens, starting with a letter";
const wholeNumber = "expected the account's number from amoCRM's settings, without quotes";

/**
 * The facts about the chat channel for amoCRM support that the stage does not know otherwise.
 * `bridge registration-letter` uses them. None of them is a secret.
 * @see https://www.amocrm.ru/developers/content/chats/chat-start
 */
export const registration = z.strictObject({
  serviceName: z
    .string(latinName)
    .regex(/^[A-Za-z][A-Za-z0-9 -]*$/, latinName)
    .max(64, "expected at most 64 characters")
    .meta({
      description:
        "The channel's name in Latin letters. amoCRM shows it with the icon under the contact's name.",
      examples: ["Example Support"],
    }),
  email: z.email("expected an e-mail address").meta({
    description: "amoCRM writes to this address when the channel fails.",
    examples: ["bridge@example.com"],
  }),
  accountId: z
    .int(wholeNumber)
    .positive(wholeNumber)
    .meta({
      description: "The account's number from amoCRM's settings, not its `amojo_id`.",
      examples: [29654321],
    }),
  integrationId: z
    .guid("expected the integration's id, such as 7f9a2b1c-0d3e-4f56-8a9b-1c2d3e4f5a6b")
    .meta({
      description:
        "The integration's id (`client_uuid`). Without it, no chat can be linked to a contact.",
      examples: ["7f9a2b1c-0d3e-4f56-8a9b-1c2d3e4f5a6b"],
    }),
  icon: z
    .string("expected the path of an SVG file")
    .regex(/^(?!\/)[^\\]+\.svg$/, "expected a path inside the repository that ends with .svg")
    .default("infra/icon.svg")
    .meta({
      description:
        "The channel's icon: an SVG file of this repository, round, for 14 by 14 pixels, at most 100 KB.",
      examples: ["infra/icon.svg"],
    }),
});

/** The settings of a channel's registration, checked, with the icon filled in. */
export type Registration = z.output<typeof registration>;
