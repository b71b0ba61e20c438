import type { SimulatedAnswer } from "../http.ts";
import type { Run } from "../run.ts";

/** What a browser may show. Anything else is a download, so that no file of a customer runs as a page. */
const shown = /^(image\/(png|jpeg|gif|webp)|audio\/[\w.+-]+|video\/[\w.+-]+)$/;

/** `GET /media/…`: the bytes of a file, as the simulated Telegram keeps them or as amoCRM fetched them. */
export function answerMedia(
  { telegram, amocrm }: Pick<Run, "telegram" | "amocrm">,
  path: string,
): SimulatedAnswer {
  const missing = { status: 404, body: { error: "The simulator does not have this file." } };
  const [, side = "", id = ""] = /^\/media\/(telegram|amocrm\/[a-z]+)\/(.+)$/.exec(path) ?? [];
  const name = decoded(id);
  if (name === undefined) return missing;
  if (side === "telegram") {
    const bytes = telegram?.file(name);
    return bytes === undefined ? missing : fileAnswer(bytes, typeOf(bytes));
  }
  if (side === "amocrm/attachments") {
    const file = amocrm?.attachment(`/attachments/${id}`);
    return file?.status === 200 && Buffer.isBuffer(file.body)
      ? fileAnswer(file.body, String(file.headers?.["Content-Type"] ?? ""))
      : missing;
  }
  const fetched = side === "amocrm/avatars" ? amocrm?.avatarOf(name) : amocrm?.mediaOf(name);
  if (fetched?.status !== 200) return missing;
  return fileAnswer(fetched.bytes, fetched.contentType ?? "");
}

function fileAnswer(bytes: Buffer, contentType: string): SimulatedAnswer {
  const type = contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const isShown = shown.test(type);
  return {
    status: 200,
    body: bytes,
    headers: {
      "Content-Type": isShown ? type : "application/octet-stream",
      ...(isShown ? {} : { "Content-Disposition": "attachment" }),
    },
  };
}

/** The type of a file by its first bytes: Telegram keeps none. */
function typeOf(bytes: Buffer): string {
  const head = bytes.toString("latin1", 0, 16);
  const types: readonly (readonly [RegExp, string])[] = [
    [/^\x89PNG/, "image/png"],
    [/^\xff\xd8\xff/, "image/jpeg"],
    [/^GIF8/, "image/gif"],
    [/^RIFF....WEBP/s, "image/webp"],
    [/^RIFF....WAVE/s, "audio/wav"],
    [/^OggS/, "audio/ogg"],
    [/^ID3|^\xff[\xe2\xe3\xf2\xf3\xfa\xfb]/, "audio/mpeg"],
    [/^....ftypM4A/s, "audio/mp4"],
    [/^....ftyp/s, "video/mp4"],
    [/^.E\xdf\xa3/s, "video/webm"],
  ];
  return types.find(([form]) => form.test(head))?.[1] ?? "";
}

function decoded(id: string): string | undefined {
  try {
    return decodeURIComponent(id);
  } catch {
    return undefined;
  }
}
