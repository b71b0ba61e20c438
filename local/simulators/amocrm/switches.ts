import * as z from "zod";

/**
 * What differs from account to account, and what amoCRM's documentation leaves open. A running simulator
 * can change all of them.
 */
const switchesSchema = z.strictObject({
  /**
   * Whether a message makes an unsorted lead in a chat whose contact has no open lead. amoCRM's own
   * Telegram channel does that. For other channels the documentation only says that a stranger's message
   * makes one.
   */
  unsortedForLinked: z.boolean(),
  /**
   * Whether unsorted leads are switched on in the account. Without them, Kommo's help says that a
   * stranger's message is only a notification. So here it makes a chat, and no contact and no lead. For
   * amoCRM, and for channels of integrations, it is not known.
   */
  unsortedOn: z.boolean(),
  /** Reads of leads, and of the leads of a contact, do not see what was written more recently. */
  readsLagMillis: z.int().min(0),
  /** The rights of the user whose token it is. */
  tokenRights: z.enum(["administrator", "user"]),
  /** An external integration has no sources and may not read users. */
  integration: z.enum(["private", "external"]),
  /** Whether a new custom field with a `code` is refused, as somebody saw it (amocrm-api-php, issue 604). */
  refusesFieldCode: z.boolean(),
  /** Whether a bot asks the customer for a mark before the main API closes a talk. */
  npsBot: z.boolean(),
});
export type Switches = z.infer<typeof switchesSchema>;

/** New values of some switches. */
export const switchChangesSchema = switchesSchema.partial();
export type SwitchChanges = z.infer<typeof switchChangesSchema>;

const usual: Switches = {
  unsortedForLinked: true,
  unsortedOn: true,
  readsLagMillis: 0,
  tokenRights: "administrator",
  integration: "private",
  refusesFieldCode: false,
  npsBot: false,
};

/** The account's switches at this moment. */
export function switchesOf({ options }: { options: Partial<Switches> }): Switches {
  const set = Object.entries(usual).map(([name, value]) => [
    name,
    options[name as keyof Switches] ?? value,
  ]);
  return Object.fromEntries(set) as Switches;
}
