import type { Deliveries } from "./sources.ts";

/** How much is set aside, and since when; `reasons` are the ledger's own words, by count. */
type Backlog = {
  readonly count: number;
  /** When the oldest of it was accepted. */
  readonly oldestAtMillis: number | undefined;
  readonly reasons: Readonly<Record<string, number>>;
};

/** Both places where the table of deliveries keeps whole messages. */
export type SetAside = { readonly parked: Backlog; readonly spooled: Backlog };

/** Counts what waits in ledger and spool, without a look at what is written there. */
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
