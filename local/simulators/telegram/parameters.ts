import { isWellFormed, parseJson } from "../../http.ts";
import type { SimulatedRequest } from "../../http.ts";
import { badRequest } from "./answers.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A file in a form. */
export type UploadedFile = { readonly fileName: string; readonly bytes: Buffer };

/** Parameters of one method call. Its read methods accept the same variants of types as the Bot API. */
export class Parameters {
  readonly #values: ReadonlyMap<string, unknown>;

  readonly #files: ReadonlyMap<string, UploadedFile>;

  constructor(
    values: ReadonlyMap<string, unknown>,
    files: ReadonlyMap<string, UploadedFile> = new Map(),
  ) {
    this.#values = values;
    this.#files = files;
  }

  /** The file under that name, or under the name in the parameter's value `attach://…`. */
  file(name: string): UploadedFile | undefined {
    const attached = /^attach:\/\/(.+)$/.exec(this.text(name))?.[1];
    return this.#files.get(attached ?? name);
  }

  /** A string, or a number as a string. Empty if absent. */
  text(name: string): string {
    const value = this.#values.get(name);
    if (value === undefined || value === null) return "";
    if (typeof value === "string") return value;
    if (typeof value === "number") return String(value);
    throw badRequest(`field "${name}" must be of type String`);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** An integer given as a number or as digits. */
  integer(name: string): number | undefined {
    const value = this.#values.get(name);
    if (value === undefined || value === null || value === "") return undefined;
    const number = typeof value === "string" ? Number(value) : value;
    if (typeof number === "number" && Number.isSafeInteger(number)) return number;
    throw badRequest(`field "${name}" must be of type Number`);
  }

  flag(name: string): boolean {
    const value = this.#values.get(name);
    return value === true || value === "true" || value === "True" || value === "1" || value === 1;
  }

  /** A structure, given directly in a JSON body or serialised in a form. */
  structure(name: string): unknown {
    const value = this.#values.get(name);
    if (typeof value !== "string") return value ?? undefined;
    if (value === "") return undefined;
    const structure = parseJson(value);
    if (structure === undefined) throw badRequest(`can't parse ${name} JSON object`);
    return wellFormedOf(structure);
  }
}

/** Reads the parameters of a call from the query and from a body in any of the Bot API's three forms. */
export function readParameters({ method, query, body, headers }: SimulatedRequest): Parameters {
  const contentType = headers["content-type"] ?? "";
  const isSent = method === "POST" && body.length > 0;
  const all = (values: Iterable<readonly [string, unknown]>) => new Map([...query, ...values]);
  if (isSent && contentType.startsWith("application/json")) {
    return new Parameters(all(readJson(textIn(body))));
  }
  if (isSent && contentType.startsWith("application/x-www-form-urlencoded")) {
    return new Parameters(all(new URLSearchParams(textIn(body))));
  }
  if (!isSent || !contentType.startsWith("multipart/form-data")) return new Parameters(all([]));
  const { values, files } = readForm(body, contentType);
  return new Parameters(all(values), files);
}

function readJson(text: string): Iterable<readonly [string, unknown]> {
  const value = parseJson(text);
  if (value === undefined) throw badRequest("can't parse JSON object");
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw badRequest("object expected");
  }
  return Object.entries(wellFormedOf(value));
}

/** The content of a form, by field. */
type Form = {
  readonly values: Map<string, string>;
  readonly files: Map<string, UploadedFile>;
};

/**
 * Reads `multipart/form-data` as the Bot API server does. A parameter of a header ends at a semicolon,
 * quoted or not. A part with a file name is a file. A form without its end is no form.
 * @see https://github.com/tdlib/td/blob/master/tdnet/td/net/HttpReader.cpp
 */
function readForm(body: Buffer, contentType: string): Form {
  const boundary = /boundary\s*=\s*("?)([^;]*)\1/i.exec(contentType)?.[2]?.trim() ?? "";
  if (boundary === "" || boundary.length > 70) throw badRequest("boundary too big or empty");
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

/** The bytes as text. Throws the Bot API's refusal when they are not UTF-8. */
function textIn(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw badRequest("strings must be encoded in UTF-8");
  }
}

/** The same JSON. Throws a refusal when one of its strings has half a surrogate pair. */
function wellFormedOf<Value>(value: Value): Value {
  if (!isWellFormed(value)) throw badRequest("strings must be encoded in UTF-8");
  return value;
}
