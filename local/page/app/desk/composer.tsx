import { useEffect, useRef } from "preact/hooks";
import type { DeskChat } from "../../stream.ts";
import { FileItems, fitting, Item, Recording } from "../conversation/attach.tsx";
import { takesFiles } from "../conversation/files.ts";
import { Menu } from "../conversation/menu.tsx";
import { model } from "../store.ts";
import { t } from "../texts.ts";
import { noteTyping, sendAnswer, sendAttached } from "./acts.ts";
import type { Extra } from "./compose.ts";
import { deskLine } from "./messages.ts";
import { deskDrafts, forwarded } from "./state.ts";

/** Where an operator answers: text, files, quote, forward, and what a Salesbot can add. */
export function DeskComposer({ chat: { id }, name }: { chat: DeskChat; name: string }) {
  const draft = deskDrafts.of(id);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (draft.replyTo !== undefined) field.current?.focus();
  }, [draft.replyTo]);
  const attach = (files: Parameters<typeof sendAttached>[1]) => sendAttached(id, files);
  return (
    <form
      class="composer"
      aria-label={t("answerTo", { name })}
      onSubmit={(event) => {
        event.preventDefault();
        sendAnswer(id);
      }}
      onPaste={takesFiles((files) => attach(fitting(files))).onPaste}
    >
      <About
        label={t("reply")}
        messageId={draft.replyTo}
        cancel={() => deskDrafts.change(id, { replyTo: undefined })}
      />
      <About
        label={t("forward")}
        messageId={forwarded.value}
        cancel={() => (forwarded.value = undefined)}
      />
      <Extras id={id} />
      <Recording side="desk" />
      <div class="write">
        <Menu icon="📎" label={t("attach")}>
          {() => <FileItems side="desk" attach={attach} />}
        </Menu>
        <Menu icon="🤖" label={t("salesbot")}>
          {() =>
            (["buttons", "list", "template"] as const).map((extra) => (
              <Item
                icon={extras[extra].icon}
                name={t(extras[extra].name)}
                run={() => deskDrafts.change(id, { extra })}
              />
            ))
          }
        </Menu>
        <textarea
          rows={1}
          ref={field}
          value={draft.text}
          aria-label={t("operatorsText")}
          placeholder={t("operatorsText")}
          onInput={({ currentTarget: { value } }) => {
            deskDrafts.change(id, { text: value });
            if (value !== "") noteTyping(id);
          }}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            sendAnswer(id);
          }}
        />
        <button type="submit" class="send">
          {t("send")}
        </button>
      </div>
    </form>
  );
}

const extras = {
  buttons: { icon: "🔘", name: "salesbotButtons", help: "buttonsHelp" },
  list: { icon: "☰", name: "salesbotList", help: "listHelp" },
  template: { icon: "🧩", name: "template", help: "templateHelp" },
} as const satisfies Readonly<Record<Exclude<Extra, "none">, object>>;

function Extras({ id }: { id: string }) {
  const { extra, lines } = deskDrafts.of(id);
  if (extra === "none") return null;
  const { name, help } = extras[extra];
  return (
    <div class="begun">
      <label>
        {t(name)} <small>{t(help, { mark: "{{name}}" })}</small>
        <textarea
          rows={3}
          value={lines}
          onInput={({ currentTarget: { value } }) => deskDrafts.change(id, { lines: value })}
        />
      </label>
      <button type="button" onClick={() => deskDrafts.change(id, { extra: "none", lines: "" })}>
        {t("cancel")}
      </button>
    </div>
  );
}

/** The message that the answer quotes or forwards. */
function About({
  label,
  messageId,
  cancel,
}: {
  label: string;
  messageId: string | undefined;
  cancel: () => void;
}) {
  if (messageId === undefined) return null;
  const message = model.value["desk-message"].get(messageId);
  return (
    <div class="begun">
      <span>
        {label}: {message === undefined ? "" : deskLine(message).slice(0, 80)}
      </span>
      <button type="button" onClick={cancel}>
        {t("cancel")}
      </button>
    </div>
  );
}
