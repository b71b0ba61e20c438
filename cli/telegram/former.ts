import * as z from "zod";
import { CommandFailure } from "../command.ts";
import type { SecretFields, SecretStore } from "../secrets.ts";
import { menuLanguages } from "./commands.ts";
import type { MenuLanguage, Menus } from "./commands.ts";

const webhookSchema = z.object({
  /** Empty when the bot had no webhook. A program may then have read updates by getUpdates. */
  url: z.string(),
  /** Empty for Telegram's default kinds. */
  allowedUpdates: z.array(z.string()),
  maxConnections: z.exactOptional(z.int()),
  ipAddress: z.exactOptional(z.string()),
  hasOwnCertificate: z.boolean(),
});
// Loose, so that the bridge also gives back a field that Telegram adds to a command.
const menuSchema = z.array(z.looseObject({ command: z.string(), description: z.string() }));
const formerSchema = z.object({
  keptAtMillis: z.int(),
  /** Absent where the webhook was this bridge's and only the menu was another program's. */
  webhook: z.exactOptional(webhookSchema),
  menus: z.partialRecord(z.enum(menuLanguages), menuSchema),
});

/** A webhook as Telegram reports it: without its secret token and its certificate. */
export type FormerWebhook = z.output<typeof webhookSchema>;
/** The state of a bot before this bridge took it over. Its menus include only lists that the bridge sets. */
export type Former = Omit<z.output<typeof formerSchema>, "menus"> & {
  readonly menus: Readonly<Partial<Menus>>;
};

const ownSchema = z.object({
  /** Addresses that this bridge gave Telegram, the latest last. */
  addresses: z.array(z.string()),
  /** Menus that this bridge set, each as the names of its commands. */
  menus: z.array(z.string()),
});
/** The marks by which a bridge recognizes its own webhook and menu after a change of address or version. */
export type Own = z.output<typeof ownSchema>;

// Stored in the secret of the bot's token, because another program's address often contains this token.
const secretSchema = z.object({
  former: z.optional(z.record(z.string(), formerSchema)),
  own: z.optional(ownSchema),
});
const mostRemembered = 10;
/** @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
const maxSecretBytes = 65_536;

/** The stored former state of the bot. Undefined when the bridge took nothing over, or gave everything back. */
export function formerOf(fields: SecretFields, botId: string): Former | undefined {
  return read(fields).former?.[botId];
}

/** The addresses and menus that the bridge itself has set. */
export function ownOf(fields: SecretFields): Own {
  return read(fields).own ?? { addresses: [], menus: [] };
}

/** The secret with a bot's former state. When `former` is undefined, the secret without it. */
export function withFormer(
  fields: SecretFields,
  botId: string,
  former: Former | undefined,
): SecretFields {
  const { [botId]: _, ...ofOthers } = read(fields).former ?? {};
  const all = former === undefined ? ofOthers : { ...ofOthers, [botId]: former };
  const { former: _before, ...others } = fields;
  return Object.keys(all).length === 0 ? others : { ...others, former: all };
}

/** The secret with an address and a menu added to the bridge's own. The same secret when it knew both. */
export function withOwn(fields: SecretFields, address: string, menu: string): SecretFields {
  const own = ownOf(fields);
  if (own.addresses.at(-1) === address && own.menus.at(-1) === menu) return fields;
  const latest = (all: readonly string[], one: string) =>
    [...all.filter((other) => other !== one), one].slice(-mostRemembered);
  return {
    ...fields,
    own: { addresses: latest(own.addresses, address), menus: latest(own.menus, menu) },
  };
}

/**
 * The state to store when the bridge takes a bot over once more: the latest webhook and the latest lists of
 * another program. The bridge's own webhook and lists, for example after a first try that stopped midway,
 * replace nothing.
 */
export function mergeFormer(
  earlier: Former | undefined,
  found: {
    /** Undefined where it is this bridge's. */
    readonly webhook: FormerWebhook | undefined;
    readonly menus: Menus;
    readonly otherMenus: readonly MenuLanguage[];
  },
  keptAtMillis: number,
): Former {
  const isOther = found.webhook !== undefined && found.webhook.url !== "";
  const webhook = isOther || earlier === undefined ? found.webhook : earlier.webhook;
  const others = found.otherMenus.map((shownIn) => [shownIn, found.menus[shownIn]] as const);
  const menus = { ...found.menus, ...earlier?.menus, ...Object.fromEntries(others) };
  return { keptAtMillis, ...(webhook === undefined ? {} : { webhook }), menus };
}

/** Writes the bot's secret. Throws when it is too long for Secrets Manager. */
export async function writeBotSecret(secrets: SecretStore, fields: SecretFields): Promise<void> {
  const bytes = Buffer.byteLength(JSON.stringify(fields));
  if (bytes > maxSecretBytes) {
    throw new CommandFailure(
      `the bot's menu is too long to store (${bytes} bytes, a secret holds ${maxSecretBytes}): save it elsewhere and delete it at Telegram, then repeat this command`,
    );
  }
  await secrets.write("telegram-bot", fields);
}

function read(fields: SecretFields): {
  readonly former?: Readonly<Record<string, Former>> | undefined;
  readonly own?: Own | undefined;
} {
  const result = secretSchema.safeParse(fields);
  if (result.success) return result.data;
  const where = result.error.issues[0]?.path[0];
  throw new CommandFailure(
    `the field ${String(where)} of the secret telegram-bot was not written by this version: update this checkout, or remove the field in Secrets Manager`,
  );
}
