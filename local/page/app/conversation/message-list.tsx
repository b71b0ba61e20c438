import { useSignal } from "@preact/signals";
import { Component } from "preact";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../texts.ts";

/** More messages than a person reads at once, and few enough to be drawn in a moment. */
const pageSize = 200;

/**
 * The newest messages of one chat, the older ones behind a button. It stays at the end while it is there.
 * Give it the chat as its `key`. `said` is the sentence that a screen reader speaks for the newest message.
 */
export function MessageList<Item>({
  label,
  items,
  keyOf,
  render,
  said,
  empty,
}: {
  label: string;
  items: readonly Item[];
  keyOf: (item: Item) => string | number;
  render: (item: Item, earlier: Item | undefined) => ComponentChildren;
  said: string;
  empty: string;
}) {
  const most = useSignal(pageSize);
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const keepAtEnd = () => {
    if (isAtEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  };
  useLayoutEffect(keepAtEnd);
  const start = Math.max(0, items.length - most.value);
  return (
    <>
      <div
        class="messages"
        role="log"
        aria-live="off"
        aria-label={label}
        tabIndex={0}
        ref={box}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          isAtEnd.current = scrollHeight - scrollTop - clientHeight < 40;
        }}
        onLoadCapture={keepAtEnd}
      >
        {items.length === 0 && <p class="soft">{empty}</p>}
        {start > 0 && (
          <button type="button" class="earlier" onClick={() => (most.value += pageSize)}>
            {t("earlier", { count: start })}
          </button>
        )}
        {items.slice(start).map((item, index) => (
          <Guarded key={keyOf(item)}>{render(item, items[start + index - 1])}</Guarded>
        ))}
      </div>
      <p class="visually-hidden" role="status">
        {said}
      </p>
    </>
  );
}

/** Any program can send a message of any form. One that cannot be drawn must not take the page with it. */
class Guarded extends Component<{ children: ComponentChildren }, { isBroken: boolean }> {
  override state = { isBroken: false };

  static override getDerivedStateFromError = () => ({ isBroken: true });

  override render() {
    return this.state.isBroken ? <p class="soft">{t("notShown")}</p> : this.props.children;
  }
}
