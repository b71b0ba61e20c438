import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { shortIdOf } from "../../../hops/lines.ts";
import type { EventRow } from "../../stream.ts";
import { selectedEvent } from "../selection.ts";
import { model } from "../store.ts";
import { t } from "../texts.ts";
import type { TextName } from "../texts.ts";
import { reader, secondsUntil } from "./clock.ts";
import { besideMessages, eventLines, wayOf } from "./events.ts";
import type { EventLine } from "./events.ts";
import { Timeline } from "./timeline.ts";
import { toldOf } from "./told.ts";

const stepCount = 10;
const mostBeside = 20;

/** The newest messages. One that is opened shows its way. */
export function EventList() {
  const count = useSignal(stepCount);
  const lines = eventLines(model.value, count.value, selectedEvent.value);
  return (
    <section class="way-part" aria-label={t("eventsTitle")}>
      <h2>{t("eventsTitle")}</h2>
      {lines.length === 0 && <p class="soft">{t("eventsNone")}</p>}
      <ol class="events">
        {lines.map((line) => (
          <Row key={line.id} line={line} isOpen={line.id === selectedEvent.value} />
        ))}
      </ol>
      {model.value.hopsOf.size > count.value && (
        <button type="button" onClick={() => (count.value += stepCount)}>
          {t("eventsMore")}
        </button>
      )}
    </section>
  );
}

const stateTexts: Readonly<Record<EventRow["state"], TextName>> = {
  sending: "eventSending",
  waiting: "eventWaiting",
  sent: "eventSent",
  ignored: "eventIgnored",
  parked: "eventParked",
};

function Row({ line, isOpen }: { line: EventLine; isOpen: boolean }) {
  const { id, direction, customer, row, receives, nextMillis } = line;
  const place = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isOpen) place.current?.scrollIntoView({ block: "nearest" });
  }, [isOpen]);
  const isToAmocrm = direction === "to-amocrm";
  return (
    <li ref={place} class={isOpen ? "is-open" : ""}>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => (selectedEvent.value = isOpen ? undefined : id)}
      >
        <span aria-hidden="true">{isToAmocrm ? "→" : "←"}</span>{" "}
        <span>{t(isToAmocrm ? "toOperator" : "toCustomer")}</span>{" "}
        {customer !== undefined && <b>{customer}</b>}{" "}
        <span class={`state-${row?.state ?? "queued"}`}>
          {t(row === undefined ? "eventQueued" : stateTexts[row.state])}
        </span>{" "}
        {receives > 1 && <span>{t("eventReceives", { receive: receives })}</span>}{" "}
        {nextMillis !== undefined && (
          <span>{t("eventNext", { seconds: secondsUntil(nextMillis) })}</span>
        )}{" "}
        <span class="soft">{shortIdOf(id)}</span>
      </button>
      {isOpen && <Timeline items={wayOf(model.value, id, reader())} reader={reader()} />}
    </li>
  );
}

/** What happened beside the messages: refused requests, deaths, and what the caretaker found. */
export function Beside() {
  const hops = besideMessages(model.value, mostBeside);
  const told = hops.map((hop) => toldOf(hop, reader())).toReversed();
  return (
    <section class="way-part" aria-label={t("besideTitle")}>
      <h2>{t("besideTitle")}</h2>
      {told.length === 0 ? (
        <p class="soft">{t("besideNone")}</p>
      ) : (
        <Timeline items={told} reader={reader()} />
      )}
    </section>
  );
}
