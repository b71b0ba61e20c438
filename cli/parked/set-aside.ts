import type { Deliveries } from "./sources.ts";

/**
 * The number of waiting events and the age of the oldest. `reasons` counts them by the ledger's reasons.
 */
type Backlog = {
  readonly count: number;
  /** The time when the bridge accepted the oldest of them. */
  readonly oldestAtMillis: number | undefined;
  readonly reasons: Readonly<Record<string, number>>;
};

/** Both places where the deliveries table keeps whole messages. */
export type SetAside = { readonly parked: Backlog; readonly spooled: Backlog };

/** Counts the events that wait in ledger and spool. It does not read their messages. */
export async function countSetAside(
  deliveries: Pick<Deliveries, "setAside">,
  onCount: (count: number) => void = () => undefined,
): Promise<SetAside> {
  let total = 0;
  const pileOf = async (state: "parked" | "spooled"): Promise<Backlog> => {
    const reasons: Record<string, number> = {};
    let count = 0;
    let oldestAtMillis: number | undefined;
    for await (const { reason, receivedAtMillis } of deliveries.setAside(state)) {
      count += 1;
      oldestAtMillis = Math.min(oldestAtMillis ?? receivedAtMillis, receivedAtMillis);
      const name = reason === "" ? "queue-refused" : reason;
      reasons[name] = (reasons[name] ?? 0) + 1;
      onCount((total += 1));
    }
    return { count, oldestAtMillis, reasons };
  };
  return { parked: await pileOf("parked"), spooled: await pileOf("spooled") };
}
