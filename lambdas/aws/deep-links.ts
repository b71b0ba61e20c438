import * as z from "zod/mini";
import { sha256 } from "../http/untrusted.ts";
import type { DeepLink, DeepLinks, DeepLinkUse } from "../model/stores.ts";
import { expiryOf } from "./ledger.ts";
import type { DynamoTable, Plain } from "./table.ts";

/** The key under which the index `parked` lists the links. */
const listed = "link";

const use = {
  revokedAtMillis: z.optional(z.int()),
  usedBy: z.optional(z.string()),
};
const storedUse = z.object(use);
const storedLink = z.object({
  ...use,
  payload: z.string(),
  source: z.string(),
  campaign: z.string(),
  contactId: z.optional(z.int()),
  expiresAtMillis: z.optional(z.int()),
  receivedAtMillis: z.int(),
});

/** A deep link as a person lists it. */
export type KeptDeepLink = DeepLink &
  DeepLinkUse & { readonly id: string; readonly payload: string; readonly madeAtMillis: number };

/** The short name of a link, for people. */
export function deepLinkIdOf(payload: string): string {
  return sha256(Buffer.from(payload)).slice(0, 16);
}

/**
 * Deep links, one item of the deliveries table each. A link with an expiry leaves the table some weeks
 * after it.
 */
export class DynamoDeepLinks implements DeepLinks {
  readonly #deliveries: DynamoTable;

  constructor(deliveries: DynamoTable) {
    this.#deliveries = deliveries;
  }

  async keep(payload: string, link: DeepLink, nowMillis: number): Promise<void> {
    await this.#deliveries.update(keyOf(deepLinkIdOf(payload)), {
      set: {
        ...(link as Record<string, Plain>),
        payload,
        parkedAs: listed,
        receivedAtMillis: nowMillis,
        ...expiryIn(link),
      },
      condition: "attribute_not_exists(#payload)",
    });
  }

  async find(payload: string): Promise<DeepLinkUse | undefined> {
    const item = await this.#deliveries.get(keyOf(deepLinkIdOf(payload)));
    return item === undefined ? undefined : (z.parse(storedUse, item) as DeepLinkUse);
  }

  useUp(
    payload: string,
    link: DeepLink,
    conversationId: string,
    nowMillis: number,
  ): Promise<boolean> {
    return this.#deliveries.update(keyOf(deepLinkIdOf(payload)), {
      set: { usedBy: conversationId, usedAtMillis: nowMillis, ...expiryIn(link) },
      condition:
        "attribute_not_exists(#revokedAtMillis) AND (attribute_not_exists(#usedBy) OR #usedBy = :own)",
      where: { own: conversationId },
    });
  }

  /** All links that the table has, oldest first. */
  async *list(): AsyncGenerator<KeptDeepLink> {
    const place = { index: "parked", key: "parkedAs", value: listed };
    for await (const item of this.#deliveries.query(place)) {
      const { receivedAtMillis: madeAtMillis, ...link } = z.parse(storedLink, item);
      yield { ...link, id: deepLinkIdOf(link.payload), madeAtMillis } as KeptDeepLink;
    }
  }

  /** Revokes a link that the table has. False when it has none with this id. */
  revoke(id: string, nowMillis: number): Promise<boolean> {
    return this.#deliveries.update(keyOf(id), {
      set: { revokedAtMillis: nowMillis },
      condition: "attribute_exists(#payload)",
    });
  }
}

function keyOf(id: string): string {
  return `link:${id}`;
}

/** A link without an expiry stays in the table. */
function expiryIn({ expiresAtMillis }: DeepLink) {
  return expiresAtMillis === undefined ? {} : { expiresAt: expiryOf(expiresAtMillis) };
}
