import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** A button that shows a list of buttons. Escape, a choice, and leaving it by Tab close it. */
export function Menu({
  label,
  icon,
  children,
}: {
  label: string;
  icon: string;
  children: () => ComponentChildren;
}) {
  const isOpen = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  const items = useRef<HTMLDivElement>(null);
  useEffect(() => items.current?.scrollIntoView({ block: "nearest" }), [isOpen.value]);
  const close = () => {
    isOpen.value = false;
    button.current?.focus();
  };
  return (
    <div
      class="menu"
      onKeyDown={(event) => {
        if (event.key === "Escape" && isOpen.value) close();
      }}
      onFocusOut={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget as Node | null)) isOpen.value = false;
      }}
    >
      <button
        type="button"
        ref={button}
        aria-expanded={isOpen.value}
        aria-label={label}
        title={label}
        onClick={() => (isOpen.value = !isOpen.value)}
      >
        {icon}
      </button>
      {isOpen.value && (
        <div class="menu-items" ref={items} onClick={close}>
          {children()}
        </div>
      )}
    </div>
  );
}
