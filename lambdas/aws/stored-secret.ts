import { SecretUnavailable, SecretUnset } from "../model/runtime.ts";
import type { Now, Secret } from "../model/runtime.ts";

const rereadIntervalMillis = 30_000;

/** The source of a secret, and the check of its value. */
export type SecretSource<Value> = {
  /** The text in the store; may reject. */
  fetch(): Promise<string>;
  /**
   * Throws an error that describes the problem without any value; SecretUnset for a secret that is not
   * filled in.
   */
  parse(json: unknown): Value;
  readonly now: Now;
  /** At a greater age the value is read again before use. While the store is down, the known value serves. */
  readonly maxAgeMillis?: number | undefined;
};

/** A JSON secret that stays for the life of the sandbox. No error ever contains a value of it. */
export class StoredSecret<Value> implements Secret<Value> {
  readonly #source: SecretSource<Value>;
  #known: { readonly value: Value; readonly readAtMillis: number } | undefined;
  /**
   * The reason why the store's last answer is unusable. After no answer, the next read asks the store
   * again.
   */
  #unusable: SecretUnavailable | undefined;
  #triedAtMillis = Number.NEGATIVE_INFINITY;

  constructor(source: SecretSource<Value>) {
    this.#source = source;
  }

  async read(): Promise<Value> {
    if (this.#known === undefined) return this.#fetchUnlessUnusable();
    const { maxAgeMillis = Number.POSITIVE_INFINITY } = this.#source;
    return this.#age() > maxAgeMillis ? this.reread() : this.#known.value;
  }

  async readSince(millis: number): Promise<Value> {
    const known = this.#known;
    return known !== undefined && known.readAtMillis > millis ? known.value : this.#fetch();
  }

  async reread(): Promise<Value> {
    const known = this.#known;
    if (known === undefined) return this.#fetchUnlessUnusable();
    if (this.#age() < rereadIntervalMillis) return known.value;
    try {
      return await this.#fetch();
    } catch (error) {
      if (error instanceof SecretUnset) throw error;
      return known.value;
    }
  }

  /** A stranger's call must not cost a request to the store each time. */
  async #fetchUnlessUnusable(): Promise<Value> {
    if (this.#unusable !== undefined && this.#age() < rereadIntervalMillis) throw this.#unusable;
    return this.#fetch();
  }

  #age(): number {
    return this.#source.now() - this.#triedAtMillis;
  }

  async #fetch(): Promise<Value> {
    this.#triedAtMillis = this.#source.now();
    this.#unusable = undefined;
    const text = await this.#get();
    try {
      const value = this.#parse(text);
      this.#known = { value, readAtMillis: this.#triedAtMillis };
      return value;
    } catch (error) {
      this.#unusable = error as SecretUnavailable;
      // A secret that was emptied is no longer valid. A secret that is unreadable may be a mistake, so
      // the known value stays.
      if (error instanceof SecretUnset) this.#known = undefined;
      throw error;
    }
  }

  async #get(): Promise<string> {
    try {
      return await this.#source.fetch();
    } catch (error) {
      const name = error instanceof Error ? error.name : typeof error;
      throw new SecretUnavailable(`the secret store did not answer: ${name}`);
    }
  }

  #parse(text: string): Value {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      throw new SecretUnavailable("a secret is not JSON");
    }
    try {
      return this.#source.parse(json);
    } catch (error) {
      if (error instanceof SecretUnset) throw error;
      throw new SecretUnavailable(`a secret is not usable: ${(error as Error).message}`);
    }
  }
}
