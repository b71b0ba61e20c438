import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import * as z from "zod/mini";
import type { Now } from "../../ports/clock.ts";
import { SecretUnavailable } from "../../ports/secret.ts";
import type { Secret } from "../../ports/secret.ts";

const rereadIntervalMillis = 30_000;

/** A JSON secret of Secrets Manager, checked against its schema; no value ever enters an error. */
export class SecretsManagerSecret<Schema extends z.ZodMiniType>
  implements Secret<z.output<Schema>>
{
  readonly #client: SecretsManagerClient;
  readonly #secretId: string;
  readonly #schema: Schema;
  readonly #now: Now;
  readonly #timeoutMillis: number;
  readonly #maxAgeMillis: number;
  #known: { readonly value: z.output<Schema>; readonly readAtMillis: number } | undefined;
  #triedAtMillis = Number.NEGATIVE_INFINITY;

  constructor(options: {
    client: SecretsManagerClient;
    secretId: string;
    schema: Schema;
    now: Now;
    timeoutMillis: number;
    /** After this the value is read again before use; what is known serves while the store is down. */
    maxAgeMillis?: number;
  }) {
    this.#client = options.client;
    this.#secretId = options.secretId;
    this.#schema = options.schema;
    this.#now = options.now;
    this.#timeoutMillis = options.timeoutMillis;
    this.#maxAgeMillis = options.maxAgeMillis ?? Number.POSITIVE_INFINITY;
  }

  async read(): Promise<z.output<Schema>> {
    if (this.#known === undefined) return this.#fetch();
    return this.#age() > this.#maxAgeMillis ? this.reread() : this.#known.value;
  }

  async readSince(millis: number): Promise<z.output<Schema>> {
    const known = this.#known;
    return known !== undefined && known.readAtMillis > millis ? known.value : this.#fetch();
  }

  async reread(): Promise<z.output<Schema>> {
    if (this.#known === undefined) return this.#fetch();
    if (this.#age() < rereadIntervalMillis) return this.#known.value;
    try {
      return await this.#fetch();
    } catch {
      return this.#known.value;
    }
  }

  #age(): number {
    return this.#now() - this.#triedAtMillis;
  }

  async #fetch(): Promise<z.output<Schema>> {
    this.#triedAtMillis = this.#now();
    const value = this.#parse(await this.#get());
    this.#known = { value, readAtMillis: this.#triedAtMillis };
    return value;
  }

  async #get(): Promise<string> {
    try {
      const answer = await this.#client.send(
        new GetSecretValueCommand({ SecretId: this.#secretId }),
        { abortSignal: AbortSignal.timeout(this.#timeoutMillis) },
      );
      return answer.SecretString ?? "";
    } catch (error) {
      const name = error instanceof Error ? error.name : typeof error;
      throw new SecretUnavailable(`the secret store did not answer: ${name}`);
    }
  }

  #parse(text: string): z.output<Schema> {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      throw new SecretUnavailable("a secret is not JSON");
    }
    const parsed = z.safeParse(this.#schema, json);
    if (parsed.success) return parsed.data;
    const problems = parsed.error.issues.map((i) => `${i.path.join(".")}: ${i.message}`);
    throw new SecretUnavailable(`a secret is not usable: ${problems.join("; ")}`);
  }
}
