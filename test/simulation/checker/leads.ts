import { allLeads, isOf } from "../../../local/simulators/amocrm/lead-records.ts";
import type { Account } from "../../../local/simulators/amocrm/account.ts";
import { switchesOf } from "../../../local/simulators/amocrm/switches.ts";
import type { Lead } from "../../../local/simulators/amocrm/crm.ts";
import type { Evidence, Violation } from "./evidence.ts";

/**
 * The leads of a run in which the bridge makes them. A contact never has two open leads of the bridge, a
 * message never comes before its lead unless the main API was out of reach, and no lead stays away.
 */
export function strayLeads(evidence: Evidence): Violation[] {
  const { world } = evidence;
  if (world.leadPlan === undefined) return [];
  return [...doubleLeads(evidence), ...leadless(evidence), ...postponedForNothing(evidence)];
}

function doubleLeads({ world, calls }: Evidence): Violation[] {
  const { account } = world.amocrm;
  const doubles = doublesIn(account);
  // Where reads lag behind writes, each lost answer may cost one more lead.
  const made = calls.filter(({ method, applied }) => method === "POST /api/v4/leads" && applied);
  const known = world.history.of("log").filter(({ fact }) => fact === "LeadMade");
  const { readsLagMillis } = switchesOf(account);
  const excused = readsLagMillis > 0 ? made.length - known.length : 0;
  return doubles.slice(excused).map(({ contactId, ids }) => ({
    rule: "lead",
    about: String(contactId),
    what: `has the open leads ${ids.join(", ")}`,
  }));
}

/** The bridge's leads that began while another of its leads of the contact was open. */
function doublesIn(account: Account) {
  const leads = allLeads(account).filter((lead) => isByBridge(account, lead));
  return [...account.contacts.keys()].flatMap((contactId) => {
    const own = leads.filter((lead) => isOf(lead, contactId));
    return own.flatMap((lead, index) => {
      const open = own.slice(0, index).find((before) => wasOpenAt(before, lead.createdAt));
      return open === undefined ? [] : [{ contactId, ids: [open.id, lead.id] }];
    });
  });
}

function isByBridge({ leads }: Account, { id }: Lead): boolean {
  return leads.get(id)?.[0]?.category === undefined;
}

/** A person may close a lead between the bridge's look and its request. */
const lookSeconds = 60;

function wasOpenAt({ isDeleted, closedAt, updatedAt }: Lead, atSeconds: number): boolean {
  const endedAt = isDeleted ? updatedAt : closedAt;
  return endedAt === null || endedAt > atSeconds + lookSeconds;
}

/** Live messages that came into a chat whose contact had never had a lead. */
function leadless({ world }: Evidence): Violation[] {
  const postponed = conversationsOf(world, ["LeadPostponed", "ContactLeftToAmocrm"]);
  return world.amocrm.leadless
    .filter((conversationId) => !postponed.has(conversationId))
    .map((about) => ({ rule: "lead", about, what: "got a message before its lead" }));
}

/** The faults that can keep a lead from a message: of the main API, of our tables, of the process. */
const troubles = ["main-api", "table", "crash", "hang", "secrets"];

/** Without such trouble nothing is postponed. What was postponed has its lead in the end. */
function postponedForNothing({ world }: Evidence): Violation[] {
  const { account } = world.amocrm;
  const postponed = conversationsOf(world, ["LeadPostponed"]);
  const isTroubled = world.windows.some(({ kind }) =>
    troubles.some((trouble) => kind.startsWith(trouble)),
  );
  const parked = world.history.of("log").filter(({ fact }) => fact === "DeliveryParked");
  return [...postponed].flatMap((about) => {
    if (!isTroubled) return [{ rule: "lead", about, what: "was postponed without trouble" }];
    const chatId = account.chatsByConversation.get(about)?.id;
    const contactId = account.links.find((link) => link.chatId === chatId)?.contactId ?? 0;
    const has = allLeads(account).some((lead) => isOf(lead, contactId));
    const isParked = parked.some(({ fields }) => String(fields["eventId"]).includes(about));
    return has || isParked ? [] : [{ rule: "lead", about, what: "never got its late lead" }];
  });
}

function conversationsOf(world: Evidence["world"], facts: readonly string[]): ReadonlySet<string> {
  return new Set(
    world.history
      .of("log")
      .filter(({ fact }) => facts.includes(fact))
      .map(({ fields }) => String(fields["conversationId"])),
  );
}
