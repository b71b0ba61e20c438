import type { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Sandbox } from "../engine/sandbox.ts";

/** Secrets Manager: secrets by name. People change them. */
export class SecretStore {
  readonly #values = new Map<string, string>();

  set(secretId: string, value: object): void {
    this.#values.set(secretId, JSON.stringify(value));
  }

  /** A client for one sandbox. */
  clientFor(sandbox: Sandbox): SecretsManagerClient {
    const send = (command: GetSecretValueCommand, options: { abortSignal?: AbortSignal } = {}) => {
      const { SecretId = "" } = command.input;
      const effect = () => ({ SecretString: this.#values.get(SecretId) });
      return sandbox.step("secrets", `secrets.get ${SecretId}`, effect, options.abortSignal);
    };
    return { send } as unknown as SecretsManagerClient;
  }
}
