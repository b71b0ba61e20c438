import type { Random } from "../engine/random.ts";
import type { LeadPlan } from "../../../lambdas/model/crm.ts";
import type { Switches } from "../../../local/simulators/amocrm/switches.ts";
import { startMillis } from "./names.ts";
import type { Planned } from "./plan.ts";
import { busyMillis } from "./schedule.ts";

/** How the bridge of a seed makes leads. In one seed of six it makes none. */
export function leadPlanOf(random: Random): LeadPlan | undefined {
  if (random.chance(1 / 6)) return undefined;
  return {
    responsible: [],
    tags: [],
    sources: [],
    leadName: "{name}",
    checkLeadAfterMillis: random.pick([60_000, 60_000, 12 * 3_600_000]),
  };
}

/** What amoCRM's documentation leaves open, as this seed's account does it. */
export function accountOf(
  random: Random,
): Pick<Switches, "unsortedForLinked" | "unsortedOn" | "readsLagMillis"> {
  return {
    unsortedForLinked: random.chance(0.5),
    unsortedOn: random.chance(0.8),
    readsLagMillis: random.chance(0.25) ? random.between(1000, 120_000) : 0,
  };
}

/** Operators close and delete leads. */
export function leadActsOf(random: Random, chats: number): Planned[] {
  return Array.from({ length: random.between(0, 4) }, () => ({
    atMillis: startMillis + random.between(60_000, busyMillis),
    action: {
      kind: random.pick(["operator closes lead", "operator closes lead", "operator deletes lead"]),
      chat: random.between(1, chats),
    },
  }));
}
