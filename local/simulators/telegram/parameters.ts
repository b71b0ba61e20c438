import type { SimulatedRequest } from "../../http.ts";
import { badRequest } from "./answers.ts";
import { readForm } from "./multipart.ts";
import { textIn, wellFormedOf } from "./utf8.ts";
import type { UploadedFile } from "./multipart.ts";

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
    let structure: unknown;
    try {
      structure = JSON.parse(value);
    } catch {
      throw badRequest(`can't parse ${name} JSON object`);
    }
    return wellFormedOf(structure);
  }
}

/** Reads the parameters of a call from the query and from a body in any of the Bot API's three forms. */
export async function readParameters(request: SimulatedRequest): Promise<Parameters> {
  const { values, files } = readBody(request);
  return new Parameters(new Map([...request.query, ...values]), files);
}

type Body = {
  readonly values: Iterable<readonly [string, unknown]>;
  readonly files?: ReadonlyMap<string, UploadedFile>;
};

function readBody(request: SimulatedRequest): Body {
  if (request.method !== "POST" || request.body.length === 0) return { values: [] };
  const contentType = request.headers["content-type"] ?? "";
  const text = () => textIn(request.body);
  if (contentType.startsWith("application/json")) return { values: readJson(text()) };
  if (contentType.startsWith("application/x-www-form-urlencoded")) {
    return { values: new URLSearchParams(text()) };
  }
  const isForm = contentType.startsWith("multipart/form-data");
  return isForm ? readForm(request.body, contentType) : { values: [] };
}

function readJson(text: string): Iterable<readonly [string, unknown]> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badRequest("can't parse JSON object");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw badRequest("object expected");
  }
  return Object.entries(wellFormedOf(value));
}
