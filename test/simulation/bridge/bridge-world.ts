import type { Queues } from "../aws/sqs-client.ts";
import type { SecretStore } from "../aws/secret-store.ts";
import type { Tables } from "../aws/tables.ts";
import type { Random } from "../engine/random.ts";
import type { Sandbox } from "../engine/sandbox.ts";
import type { LeadPlan } from "../../../lambdas/model/crm.ts";
import type { Logger } from "../../../lambdas/model/runtime.ts";
import type { Network } from "../vendors/network.ts";
import type { Faults } from "../world/faults.ts";
import type { History } from "../world/history.ts";
import type { VirtualClock } from "../engine/virtual-clock.ts";
import type { WorldEnd } from "../engine/world-end.ts";
import type { Mutant } from "./mutant.ts";

/** What the functions' compositions use from the simulated world. */
export type BridgeWorld = {
  readonly clock: VirtualClock;
  readonly faults: Faults;
  readonly history: History;
  readonly end: WorldEnd;
  readonly random: Random;
  readonly queues: Queues;
  readonly tables: Tables;
  readonly secrets: SecretStore;
  readonly network: Network;
  readonly mutant: Mutant;
  /** Versions that a sandbox started now writes and reads; see `versions.ts`. */
  readonly deployed: { ingestVersion: 1 | 2; senderVersion: 1 | 2 };
  /** Whether customers get outage notices. */
  readonly sendsOutageNotices: boolean;
  /** Whether a bot answers until an operator is called. */
  readonly hasBot: boolean;
  /** How the bridge makes leads. Undefined: it makes none. */
  readonly leadPlan: LeadPlan | undefined;
};

/** A sandbox's log. Records lines while the sandbox lives. */
export function loggerOf(sandbox: Sandbox, history: History): Logger {
  const write =
    (level: "info" | "warn" | "error"): Logger["info"] =>
    (fact, fields = {}) => {
      if (sandbox.isAlive) history.record(sandbox.name, { kind: "log", level, fact, fields });
    };
  return { info: write("info"), warn: write("warn"), error: write("error") };
}
