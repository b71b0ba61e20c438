import { model } from "../store.ts";
import { t } from "../texts.ts";
import type { EventRow } from "../../stream.ts";

const queues = ["to-amocrm", "to-telegram"] as const;

/** The depths of the queues, and the ledger's events by state. */
export function Queues() {
  const { queue, event } = model.value;
  return (
    <section class="way-part" aria-label={t("queuesTitle")}>
      <h2>{t("queuesTitle")}</h2>
      <table class="counts">
        <thead>
          <tr>
            <th scope="col">{t("queue")}</th>
            <th scope="col">{t("queueWaiting")}</th>
            <th scope="col">{t("queueInFlight")}</th>
            <th scope="col">{t("queueDead")}</th>
          </tr>
        </thead>
        <tbody>
          {queues.map((name) => {
            const { waiting, inFlight, deadLetters } = queue.get(name) ?? {};
            return (
              <tr key={name}>
                <th scope="row">{name}</th>
                {[waiting, inFlight, deadLetters].map((count, column) => (
                  <td key={column}>{count ?? "–"}</td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
      <p class="soft">{t("ledgerStates", countsByState(event.values()))}</p>
    </section>
  );
}

function countsByState(rows: Iterable<EventRow>): Readonly<Record<EventRow["state"], number>> {
  const counts = { sending: 0, waiting: 0, sent: 0, ignored: 0, parked: 0 };
  for (const { state } of rows) counts[state] += 1;
  return counts;
}
