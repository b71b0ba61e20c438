/** Asks the person for files. Empty when they choose none. */
export function pickFiles(accept = "", isMany = true): Promise<readonly File[]> {
  const input = document.createElement("input");
  Object.assign(input, { type: "file", accept, multiple: isMany });
  return new Promise((resolve) => {
    input.addEventListener("change", () => resolve([...(input.files ?? [])]));
    input.addEventListener("cancel", () => resolve([]));
    input.click();
  });
}

/** Handlers of an element that takes files which a person drops on it, or pastes into it. */
export function takesFiles(take: (files: readonly File[]) => void) {
  const taken = (event: Event, transfer: DataTransfer | null) => {
    const files = [...(transfer?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    take(files);
  };
  return {
    onDragOver: (event: DragEvent) => {
      if (event.dataTransfer?.types.includes("Files") === true) event.preventDefault();
    },
    onDrop: (event: DragEvent) => taken(event, event.dataTransfer),
    onPaste: (event: ClipboardEvent) => taken(event, event.clipboardData),
  };
}
