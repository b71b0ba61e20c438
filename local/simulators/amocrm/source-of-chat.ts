import type { Account, Chat } from "./account.ts";
import type { LeadSource, Source } from "./crm.ts";

/** The integration's own source of a chat: the one that a message named, else the default one. */
export function sourceOfChat(
  { sources }: Account,
  { sourceExternalId: externalId }: Chat,
): Source | undefined {
  const named = sources.find((each) => externalId !== undefined && each.externalId === externalId);
  return named ?? sources.find(({ isDefault }) => isDefault);
}

/** What a lead of a source shows. Without a source it shows the integration itself. */
export function leadSource(source: Source | undefined): LeadSource {
  if (source === undefined) return { id: 0, name: "Simulated integration", externalId: null };
  const { id, name, externalId } = source;
  return { id, name, externalId };
}
