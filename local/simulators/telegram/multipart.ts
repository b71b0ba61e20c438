import { badRequest } from "./answers.ts";
import { textIn } from "./utf8.ts";

/** A file in a form. */
export type UploadedFile = { readonly fileName: string; readonly bytes: Buffer };

/** The content of a form, by field. */
export type Form = {
  readonly values: Map<string, string>;
  readonly files: Map<string, UploadedFile>;
};

/**
 * Reads `multipart/form-data` as the Bot API server does. A parameter of a header ends at a semicolon,
 * quoted or not. A part with a file name is a file. A form without its end is no form.
 * @see https://github.com/tdlib/td/blob/master/tdnet/td/net/HttpReader.cpp
 */
export function readForm(body: Buffer, contentType: string): Form {
  const boundary = /boundary\s*=\s*("?)([^;]*)\1/i.exec(contentType)?.[2]?.trim() ?? "";
  if (boundary === "" || boundary.length > 70) {
    throw badRequest("boundary too big or empty");
  }
  const form: Form = { values: new Map(), files: new Map() };
  const mark = `\r\n--${boundary}`;
  let at = body.indexOf(mark.slice(2));
  if (at < 0) throw badRequest("can't parse multipart form data: boundary not found");
  at += mark.length - 2;
  while (body.toString("latin1", at, at + 2) !== "--") {
    const headersEnd = body.indexOf("\r\n\r\n", at);
    if (headersEnd < 0) throw badRequest("can't parse form data headers");
    const partStart = headersEnd + 4;
    const partEnd = body.indexOf(mark, partStart);
    if (partEnd < 0) throw badRequest("can't parse multipart form data: unexpected end");
    const { name, fileName } = readHeaders(body.toString("utf8", at + 2, headersEnd));
    const bytes = body.subarray(partStart, partEnd);
    if (fileName === undefined) form.values.set(name, textIn(bytes));
    else form.files.set(name, { fileName, bytes: Buffer.from(bytes) });
    at = partEnd + mark.length;
  }
  return form;
}

function readHeaders(text: string): { name: string; fileName: string | undefined } {
  if (text === "") throw badRequest("headers in multipart/form-data are empty");
  let name = "";
  let fileName: string | undefined;
  for (const line of text.split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon < 0) throw badRequest("can't parse form data headers");
    if (line.slice(0, colon).trim().toLowerCase() !== "content-disposition") continue;
    const value = line.slice(colon + 1).trim();
    if (!value.startsWith("form-data;")) throw badRequest("expected form-data content disposition");
    for (const parameter of value.slice("form-data;".length).split(";")) {
      const [, key = "", given = ""] = /^\s*([^=]*?)\s*=\s*(.*?)\s*$/s.exec(parameter) ?? [];
      const plain = given.replace(/^"(.*)"$/s, "$1");
      if (key === "name") name = plain;
      if (key === "filename") fileName = plain;
    }
  }
  if (name === "") throw badRequest("field name in multipart/form-data not found");
  return { name, fileName };
}
