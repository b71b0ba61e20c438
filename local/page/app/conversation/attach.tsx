import { signal } from "@preact/signals";
import { refusal } from "../store.ts";
import { t } from "../texts.ts";
import { pickFiles } from "./files.ts";
import { sampleFile, samplePicture, sampleSticker, sampleVideo } from "./samples.ts";
import { canEncodeVoice, recordVoice, sampleVoice } from "./voice.ts";

/** How a person sends a file: as what it is, or in a form of its own. */
export type SendAs = "fitting" | "voice" | "sticker" | "file";

/** A file that a person sends. The length is known for a voice message. */
export type Attached = {
  readonly file: File;
  readonly as: SendAs;
  readonly seconds?: number | undefined;
};

/** The side on which a person records. */
type Side = "phone" | "desk";

/** Takes the files of one message, or of an album. */
export type Attach = (files: readonly Attached[]) => void | Promise<void>;

/** The entries of an "attach" menu that bring files: chosen ones, and ones that the page makes. */
export function FileItems({ attach, side }: { attach: Attach; side: Side }) {
  const give = async (
    make: () => Promise<File | undefined> | File,
    as: SendAs = "fitting",
  ): Promise<void> => {
    const file = await make();
    if (file === undefined) refusal.value = t("noVideoHere");
    else await attach([{ file, as }]);
  };
  return (
    <>
      <Item
        icon="📂"
        name={t("chooseFiles")}
        run={async () => attach(fitting(await pickFiles()))}
      />
      <Item icon="🖼" name={t("picture")} run={() => give(samplePicture)} />
      <Item
        icon="🗂"
        name={t("album")}
        run={async () =>
          attach(fitting(await Promise.all(["1", "2", "3"].map((words) => samplePicture(words)))))
        }
      />
      <Item icon="🎬" name={t("video")} run={() => give(sampleVideo)} />
      {canEncodeVoice && (
        <Item icon="🔔" name={t("voice")} run={() => attachVoice(sampleVoice(), attach)} />
      )}
      {canEncodeVoice && (
        <Item icon="🎤" name={t("recordVoice")} run={() => record(attach, side)} />
      )}
      <Item icon="📄" name={t("file")} run={() => give(sampleFile, "file")} />
      <Item icon="🏷" name={t("sticker")} run={() => give(sampleSticker, "sticker")} />
    </>
  );
}

/** An entry of a menu. */
export function Item({ icon, name, run }: { icon: string; name: string; run: () => unknown }) {
  return (
    <button type="button" onClick={() => void run()}>
      <span aria-hidden="true">{icon}</span> {name}
    </button>
  );
}

/** Files that go out as what they are. */
export function fitting(files: readonly File[]): readonly Attached[] {
  return files.map((file) => ({ file, as: "fitting" }));
}

/** The recording in progress. */
const running = signal<{ readonly side: Side; readonly stop: () => void } | undefined>(undefined);

async function record(attach: Attach, side: Side): Promise<void> {
  const { promise, resolve: stop } = Promise.withResolvers<void>();
  running.value = { side, stop };
  try {
    await attachVoice(recordVoice(promise), attach);
  } catch (error) {
    refusal.value = t("noVoiceHere", { why: error instanceof Error ? error.message : "" });
  } finally {
    running.value = undefined;
  }
}

async function attachVoice(made: ReturnType<typeof sampleVoice>, attach: Attach): Promise<void> {
  const { file, seconds } = await made;
  await attach([{ file, as: "voice", seconds }]);
}

/** The button that ends a recording of that side, while there is one. */
export function Recording({ side }: { side: Side }) {
  if (running.value?.side !== side) return null;
  return (
    <p class="recording" role="status">
      {t("recording")}{" "}
      <button type="button" onClick={() => running.value?.stop()}>
        {t("stopRecording")}
      </button>
    </p>
  );
}
