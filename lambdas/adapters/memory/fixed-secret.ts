import type { Secret } from "../../ports/secret.ts";

/** A value that is known beforehand and never changes. */
export class FixedSecret<Value> implements Secret<Value> {
  readonly #value: Value;

  constructor(value: Value) {
    this.#value = value;
  }

  async read(): Promise<Value> {
    return this.#value;
  }

  async readSince(): Promise<Value> {
    return this.#value;
  }

  async reread(): Promise<Value> {
    return this.#value;
  }
}
