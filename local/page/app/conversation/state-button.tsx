import { selectedEvent } from "../selection.ts";
import { t } from "../texts.ts";

/** How a state is to be taken. */
export type Tone = "calm" | "good" | "warn" | "bad";

/** The state of a message, in words. A press opens the message's way in the middle. */
export function StateButton({
  eventId,
  icon,
  words,
  tone,
}: {
  eventId: string | undefined;
  icon: string;
  words: string;
  tone: Tone;
}) {
  const shown = (
    <>
      <span aria-hidden="true">{icon}</span> {words}
    </>
  );
  if (eventId === undefined) return <span class={`state ${tone}`}>{shown}</span>;
  return (
    <button
      type="button"
      class={`state ${tone}`}
      title={t("showWay")}
      aria-pressed={selectedEvent.value === eventId}
      onClick={() => (selectedEvent.value = eventId)}
    >
      {shown}
    </button>
  );
}
