import type { CrmContacts } from "../model/crm.ts";
import type { DeepLink } from "../model/stores.ts";
import { isFailure } from "../model/failure.ts";
import { withinMainApiLimits } from "../delivery/rate-limits.ts";
import { contactLinkDays, encodeDeepLink } from "./deep-link.ts";
import type { MainApiLimits } from "./main-api-patience.ts";
import type { StartLinkDependencies } from "./start-link.ts";

const dayMillis = 24 * 3_600_000;

/** The dependencies of inviting customers. */
export type InvitationDependencies = MainApiLimits &
  Pick<StartLinkDependencies, "keys" | "links"> & {
    /** The address of the bot; undefined when the bridge cannot get it now. */
    readonly botAddress: () => Promise<string | undefined>;
    readonly contacts: Pick<CrmContacts, "isAvailable" | "contactOf">;
  };

/**
 * The address for an operator who wrote first, in a chat that amoCRM made: the bot's address with a link that
 * names the contact of that chat. It works for one customer and for a week. When the contact is not known,
 * it is the plain address.
 */
export async function invitationFor(
  amojoChatId: string | undefined,
  deps: InvitationDependencies,
): Promise<string | undefined> {
  const { botAddress, contacts, keys, links, now } = deps;
  const address = await botAddress();
  if (address === undefined || amojoChatId === undefined) return address;
  try {
    if (!(await contacts.isAvailable())) return address;
    const find = () => contacts.contactOf(amojoChatId);
    const contactId = await withinMainApiLimits(amojoChatId, find, deps);
    if (contactId === undefined) return address;
    const expiresAtMillis = now() + contactLinkDays * dayMillis;
    const link: DeepLink = {
      source: "amocrm",
      campaign: "write-first",
      contactId,
      expiresAtMillis,
    };
    const payload = encodeDeepLink(link, await keys.read());
    await links.keep(payload, link, now());
    return `${address}?start=${payload}`;
  } catch (error) {
    // The report of the failure must not wait for the main API or a secret.
    if (isFailure(error)) return address;
    throw error;
  }
}
