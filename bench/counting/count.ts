import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { shippedAssembly } from "../world/assembly.ts";
import type { Assembly } from "../world/assembly.ts";
import { tables } from "../world/names.ts";
import type { Orders } from "./run.ts";
import type { Counted, Scenario } from "./scenario.ts";

/** A counting run's input besides its scenario: the shipped code, and what the template says about it. */
export type Shipped = Omit<Orders, "scenario">;

/** Reads it from the assembly. */
export function shippedOf(assembly: Assembly): Shipped {
  return {
    variables: {
      ...assembly.variables("TelegramWebhook"),
      ...assembly.variables("AmocrmWebhook"),
      ...assembly.variables("DeliverySender"),
      ...assembly.variables("Caretaker"),
    },
    bundles: {
      TelegramWebhook: assembly.bundle("TelegramWebhook"),
      AmocrmWebhook: assembly.bundle("AmocrmWebhook"),
      DeliverySender: assembly.bundle("DeliverySender"),
      Caretaker: assembly.bundle("Caretaker"),
    },
    onlyWarnings: (
      ["TelegramWebhook", "AmocrmWebhook", "DeliverySender", "Caretaker"] as const
    ).filter((name) => assembly.logLevel(name) === "WARN"),
    tables: {
      [tables.conversations]: assembly.table("TablesConversations"),
      [tables.deliveries]: assembly.table("TablesDeliveries"),
    },
  };
}

/**
 * Plays a scenario with the shipped bundles and real AWS clients against services in memory, and
 * counts the requests and logs of the functions. It runs in a separate process with its own clock.
 */
export async function count(scenario: Scenario): Promise<Counted> {
  const orders: Orders = { scenario, ...shippedOf(await shippedAssembly()) };
  const child = fork(fileURLToPath(new URL("run.ts", import.meta.url)), [JSON.stringify(orders)]);
  let counted: Counted | undefined;
  child.on("message", (message) => (counted = message as Counted));
  const [code] = (await once(child, "exit")) as [number | null];
  if (counted === undefined) throw new Error(`The counting run ended with status ${String(code)}.`);
  return counted;
}
