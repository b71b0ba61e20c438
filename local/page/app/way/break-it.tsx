import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { breakNames } from "../../stream.ts";
import type { BreakName, BreakSwitch } from "../../stream.ts";
import { shownCustomer } from "../selection.ts";
import { act, model } from "../store.ts";
import { t } from "../texts.ts";
import { secondsUntil } from "./clock.ts";

/** A fault that lasts longer is one that a person ends. */
const longSeconds = 120;

/** The switches that break something, each with the command line that does the same. */
export function BreakIt() {
  const { switch: switches } = model.value;
  if (switches.size === 0) return null;
  return (
    <section class="way-part" aria-label={t("breakTitle")}>
      <h2>{t("breakTitle")}</h2>
      <ul class="switches">
        {breakNames.map((name) => {
          const state = switches.get(name);
          return state && <Switch key={name} name={name} state={state} />;
        })}
      </ul>
    </section>
  );
}

function Switch({ name, state }: { name: BreakName; state: BreakSwitch }) {
  const customer = shownCustomer.value;
  const chat = model.value["phone-chat"].get(String(customer));
  const isOfCustomer = name === "customer-blocked";
  const isOn = isOfCustomer ? chat?.state === "blocked" : state.isOn;
  const about = t(`break-${name}-about`, { name: chat?.customer.first_name ?? t("breakNobody") });
  const lineFor = (line: string) =>
    isOfCustomer && customer !== undefined ? line.replace("{id}", String(customer)) : line;
  return (
    <li>
      <button
        type="button"
        class="switch"
        disabled={isOfCustomer && chat === undefined}
        {...(isOn === undefined ? {} : { "aria-pressed": isOn })}
        onClick={() => void act(`break/${name}`, { on: isOn !== true, chatId: customer })}
      >
        {t(`break-${name}`)}
      </button>
      {isOn !== undefined && (
        <span class={isOn ? "is-bad" : "soft"}>{isOn ? onInWords(state) : t("breakOff")}</span>
      )}
      <details>
        <summary>{about}</summary>
        <Line what={t("breakLineOn")} line={lineFor(state.on)} />
        {state.off !== undefined && <Line what={t("breakLineOff")} line={lineFor(state.off)} />}
      </details>
    </li>
  );
}

function onInWords({ untilMillis, faults }: BreakSwitch): string {
  const seconds = untilMillis === undefined ? undefined : secondsUntil(untilMillis);
  if (seconds !== undefined && seconds <= longSeconds) return t("breakLeft", { seconds });
  const times = faults[0]?.times;
  return times === undefined ? t("breakOn") : t("breakTimes", { times });
}

function Line({ what, line }: { what: string; line: string }) {
  const isCopied = useSignal(false);
  const code = useRef<HTMLElement>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(line);
      isCopied.value = true;
    } catch {
      // A browser that does not let a page copy: the line is marked, for the person's own command.
      if (code.current !== null) getSelection()?.selectAllChildren(code.current);
    }
  };
  return (
    <p class="line">
      <span class="soft">{what}</span>{" "}
      <button type="button" aria-label={t("copyOf", { what })} onClick={() => void copy()}>
        {isCopied.value ? t("copied") : t("copy")}
      </button>
      <code ref={code}>{line}</code>
    </p>
  );
}
