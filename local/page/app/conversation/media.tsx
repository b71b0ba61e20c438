import type { ComponentChildren } from "preact";
import { t } from "../texts.ts";
import { initialOf } from "./initial.ts";
import { useLateFile } from "./late-file.ts";

/** The form in which a person sees or hears a file. */
export type Form = "picture" | "film" | "sound" | "file";

/** A file of a message, or a sentence while there is none. `fetchAgain` lets amoCRM fetch it once more. */
export function Media({
  form,
  address,
  name,
  isSmall = false,
  fetchAgain,
}: {
  form: Form;
  address: string;
  name: string;
  isSmall?: boolean;
  fetchAgain?: () => Promise<unknown>;
}) {
  const { source, isAbsent, mayCome, fail, again } = useLateFile(address);
  if (isAbsent) {
    return (
      <p class="soft">
        {t(mayCome ? "fileNotYet" : "fileNotShown", { name })}{" "}
        {!mayCome && fetchAgain !== undefined && (
          <button type="button" onClick={() => void fetchAgain().then(again)}>
            {t("fetchAgain")}
          </button>
        )}
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
  const letter = (
    <span class="avatar" aria-hidden="true">
      {initialOf(name)}
    </span>
  );
  return address === undefined ? (
    letter
  ) : (
    <Picture key={address} address={address} instead={letter} />
  );
}

function Picture({ address, instead }: { address: string; instead: ComponentChildren }) {
  const { source, isAbsent, fail } = useLateFile(address);
  return isAbsent ? <>{instead}</> : <img class="avatar" src={source} alt="" onError={fail} />;
}

/** A size in the units that people use. */
export function sizeText(bytes: unknown): string {
  if (typeof bytes !== "number") return "";
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
