import { useSignal } from "@preact/signals";
import type { DeskChat, DeskContact, DeskLead } from "../../stream.ts";
import { FormattedText } from "../conversation/formatted-text.tsx";
import { act } from "../store.ts";
import { t } from "../texts.ts";

/** The card of a contact: names, fields, notes and tasks. */
export function ContactCard({ chat, contact }: { chat: DeskChat; contact: DeskContact }) {
  return (
    <details class="card">
      <summary>
        {t("contact")}: <b>{contact.name}</b>
      </summary>
      <dl>
        {chat.source !== undefined && <Row name={t("source")} value={chat.source} />}
        {contact.fields.map(({ name, values }) => (
          <Row name={name} value={values.join(", ")} />
        ))}
      </dl>
      <Lines name={t("notes")} lines={contact.notes} />
      <Lines name={t("tasks")} lines={contact.tasks} />
      <WriteFirst contactId={contact.id} />
    </details>
  );
}

/** The card of a lead, and what an operator does with it. */
export function LeadCard({ lead }: { lead: DeskLead }) {
  const { id } = lead;
  return (
    <details class="card">
      <summary>
        {t("lead")}: <b>{lead.name || `#${id}`}</b> · {lead.stage}
      </summary>
      <dl>
        <Row name={t("pipeline")} value={lead.pipeline} />
        <Row name={t("stage")} value={lead.isUnsorted ? t("unsorted") : lead.stage} />
        <Row name={t("responsible")} value={lead.responsible} />
        {lead.source !== undefined && <Row name={t("source")} value={lead.source} />}
        {lead.tags.length > 0 && <Row name={t("tags")} value={lead.tags.join(", ")} />}
      </dl>
      <Lines name={t("notes")} lines={lead.notes} />
      <Lines name={t("tasks")} lines={lead.tasks} />
      {lead.isOpen && (
        <p class="acts">
          {lead.isUnsorted && (
            <button type="button" onClick={() => void act(`amocrm/leads/${id}/accept`)}>
              {t("acceptLead")}
            </button>
          )}
          <button type="button" onClick={() => void act(`amocrm/leads/${id}/close`, { as: "won" })}>
            {t("closeWon")}
          </button>
          <button
            type="button"
            onClick={() => void act(`amocrm/leads/${id}/close`, { as: "lost" })}
          >
            {t("closeLost")}
          </button>
        </p>
      )}
    </details>
  );
}

function Row({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <FormattedText text={value} />
      </dd>
    </>
  );
}

function Lines({ name, lines }: { name: string; lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <>
      <h3>{name}</h3>
      <ul>
        {lines.map((line) => (
          <li>
            <FormattedText text={line} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** amoCRM lets an operator begin a chat with a contact. The bridge cannot deliver it, and says why. */
function WriteFirst({ contactId }: { contactId: number }) {
  const text = useSignal("");
  return (
    <form
      class="write-first"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.value.trim() === "") return;
        void act(`amocrm/contacts/${contactId}/write-first`, { text: text.value });
        text.value = "";
      }}
    >
      <input
        value={text.value}
        aria-label={t("writeFirst")}
        placeholder={t("writeFirst")}
        onInput={({ currentTarget: { value } }) => (text.value = value)}
      />
      <button type="submit">{t("send")}</button>
    </form>
  );
}
