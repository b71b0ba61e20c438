import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { t } from "../texts.ts";
import { initialOf } from "./initial.ts";

/** amoCRM fetches a file some time after its message, so a picture may come late. */
const waitsMillis: readonly number[] = [300, 700, 1500, 3000, 6000];

/** The form in which a person sees or hears a file. */
export type Form = "picture" | "film" | "sound" | "file";

/** A file of a message. It shows the file, or says that there is none. `onAbsent` adds what can be done then. */
export function Media({
  form,
  address,
  name,
  isSmall = false,
  children,
}: {
  form: Form;
  address: string;
  name: string;
  isSmall?: boolean;
  children?: ComponentChildren;
}) {
  const tries = useSignal(0);
  const hasFailed = useSignal(false);
  const fail = () => (hasFailed.value = true);
  useEffect(() => {
    const wait = waitsMillis[tries.value];
    if (!hasFailed.value || wait === undefined) return;
    const timer = setTimeout(() => {
      tries.value += 1;
      hasFailed.value = false;
    }, wait);
    return () => clearTimeout(timer);
  });
  // An address that has failed once is not asked for again under the same name.
  const source = tries.value === 0 ? address : `${address}?again=${tries.value}`;
  if (hasFailed.value) {
    const isWaiting = tries.value < waitsMillis.length;
    return (
      <p class="soft">
        {t(isWaiting ? "fileNotYet" : "fileNotShown", { name })} {!isWaiting && children}
      </p>
    );
  }
  switch (form) {
    case "picture":
      return (
        <a href={address} target="_blank" rel="noreferrer">
          <img
            class={isSmall ? "media small" : "media"}
            src={source}
            alt={name}
            loading="lazy"
            onError={fail}
          />
        </a>
      );
    case "film":
      return (
        <video
          class="media"
          src={source}
          aria-label={name}
          controls
          preload="metadata"
          onError={fail}
        />
      );
    case "sound":
      return (
        <audio
          class="media"
          src={source}
          aria-label={name}
          controls
          preload="metadata"
          onError={fail}
        />
      );
    case "file":
      return (
        <a class="file" href={address} download={name}>
          📎 {name}
        </a>
      );
  }
}

/** The picture of a person, else the first letter of the name. */
export function Avatar({ address, name }: { address: string | undefined; name: string }) {
  const hasFailed = useSignal("");
  if (address === undefined || hasFailed.value === address) {
    return (
      <span class="avatar" aria-hidden="true">
        {initialOf(name)}
      </span>
    );
  }
  return <img class="avatar" src={address} alt="" onError={() => (hasFailed.value = address)} />;
}

/** A size in the units that people use. */
export function sizeText(bytes: unknown): string {
  if (typeof bytes !== "number") return "";
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
