import type {
  CustomerFiles,
  MediaStore,
  OpenedFile,
  OperatorFiles,
} from "../../lambdas/model/messenger.ts";
import { text } from "node:stream/consumers";
import { aScript } from "./script.ts";
import type { Step } from "./script.ts";

/** A file with that text, in two chunks. */
export function aFile(words: string, changes: Partial<OpenedFile> = {}): OpenedFile {
  const bytes = Buffer.from(words);
  const half = Math.floor(bytes.length / 2);
  async function* body() {
    yield bytes.subarray(0, half);
    yield bytes.subarray(half);
  }
  return { body: body(), sizeBytes: bytes.length, contentType: "image/jpeg", ...changes };
}

/** Customers' and operators' files that record their requests and open by script. */
export function fakeFiles(
  ...opens: readonly [Step<OpenedFile>, ...Step<OpenedFile>[]]
): CustomerFiles & OperatorFiles & { readonly opened: string[]; photo: string | undefined } {
  const opened: string[] = [];
  const opening = aScript(...opens);
  return {
    opened,
    photo: undefined,
    open(source) {
      opened.push(source);
      return opening.play();
    },
    async profilePhoto() {
      return this.photo;
    },
  };
}

/** A media store that stores text, under numbered paths. */
export function aFakeMediaStore(...failures: readonly Error[]): MediaStore & {
  readonly stored: { path: string; words: string; fileName: string | undefined }[];
} {
  const stored: { path: string; words: string; fileName: string | undefined }[] = [];
  const failing = [...failures];
  return {
    stored,
    async keep({ body, fileName }) {
      const words = await text(body);
      const failure = failing.shift();
      if (failure !== undefined) throw failure;
      const path = `path-${stored.length + 1}.jpg`;
      stored.push({ path, words, fileName });
      return path;
    },
    addressOf: (path) => `https://media.example/${path}`,
  };
}
