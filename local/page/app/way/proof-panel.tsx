import { computed } from "@preact/signals";
import { selectedEvent } from "../selection.ts";
import { model } from "../store.ts";
import { t } from "../texts.ts";
import type { TextName } from "../texts.ts";
import { shortIdOf } from "../../../hops/lines.ts";
import { serverMillis } from "./clock.ts";
import { proofOf } from "./proof.ts";
import type { DirectionProof } from "./proof.ts";

const proof = computed(() => proofOf(model.value, serverMillis.value));

type Count = {
  readonly text: TextName;
  readonly count: (of: DirectionProof) => number;
  /** Shown only where there is one. */
  readonly isRare?: boolean;
};
const counts: readonly Count[] = [
  { text: "proofNotAccepted", count: ({ notAccepted }) => notAccepted, isRare: true },
  { text: "proofAccepted", count: ({ accepted }) => accepted },
  { text: "proofDelivered", count: ({ delivered }) => delivered },
  { text: "proofAnswered", count: ({ answered }) => answered, isRare: true },
  { text: "proofWaiting", count: ({ waiting }) => waiting },
  { text: "proofParked", count: ({ parked }) => parked },
  { text: "proofIgnored", count: ({ ignored }) => ignored, isRare: true },
  { text: "proofReconciled", count: ({ reconciled }) => reconciled, isRare: true },
  { text: "proofLost", count: ({ lost }) => lost.length },
  { text: "proofOutOfOrder", count: ({ outOfOrder }) => outOfOrder.length },
];
const faults: ReadonlySet<TextName> = new Set(["proofLost", "proofOutOfOrder"]);

/** Everything that people wrote, counted against what arrived. */
export function ProofPanel() {
  if (model.value.run?.hasLedger === false) {
    return (
      <section class="way-part" aria-label={t("proofTitle")}>
        <h2>{t("proofTitle")}</h2>
        <p class="soft">{t("proofWithoutLedger")}</p>
      </section>
    );
  }
  const { "to-amocrm": toAmocrm, "to-telegram": toTelegram } = proof.value;
  const lost = [...toAmocrm.lost, ...toTelegram.lost];
  const outOfOrder = toAmocrm.outOfOrder.length + toTelegram.outOfOrder.length;
  const isGood = lost.length + outOfOrder === 0;
  const values = { lost: lost.length, outOfOrder };
  const sides = [
    { name: "toOperator", of: toAmocrm },
    { name: "toCustomer", of: toTelegram },
  ] as const;
  const shown = counts.filter(
    ({ isRare = false, count }) => !isRare || sides.some(({ of }) => count(of) > 0),
  );
  return (
    <section class="way-part" aria-label={t("proofTitle")}>
      <h2>{t("proofTitle")}</h2>
      <p class={`proof-verdict ${isGood ? "is-good" : "is-bad"}`} role="status">
        {isGood ? t("proofGood") : t("proofBad", values)}
      </p>
      <p class="soft">{t("proofHow")}</p>
      <div class="proof-counts">
        <table class="counts">
          <thead>
            <tr>
              <td />
              {shown.map(({ text }) => (
                <th key={text} scope="col">
                  {t(text)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sides.map(({ name, of }) => (
              <tr key={name}>
                <th scope="row">{t(name)}</th>
                {shown.map(({ text, count }) => {
                  const isFault = faults.has(text) && (count(of) === 0 ? "is-good" : "is-bad");
                  return (
                    <td key={text} class={isFault || ""} data-label={t(text)}>
                      {count(of)}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {lost.slice(0, 10).map((id) => (
        <button key={id} type="button" onClick={() => (selectedEvent.value = id)}>
          {t("proofLost")}: {shortIdOf(id)}
        </button>
      ))}
    </section>
  );
}
