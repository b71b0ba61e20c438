import type { Role } from "../resources/deployment.ts";
import { startEmulators } from "./emulators.ts";
import { assumedRoleArn, AwsGateway } from "./gateway.ts";
import type { InvokeFunction } from "./lambda-requests.ts";
import { SecretsManager } from "./secrets-manager.ts";

/** The address of the stack's AWS services. */
export type Aws = {
  readonly endpoint: string;
  /** Limits calls with this access key to the rights of the role. */
  addPrincipal(accessKeyId: string, role: Role, functionName: string): void;
  /** Runs functions for calls of Lambda's Invoke. */
  serveFunctions(invoke: InvokeFunction): void;
  close(): Promise<void>;
};

/**
 * Starts the emulators behind one gateway. If AWS_ENDPOINT_URL is already set, it starts nothing and
 * uses that endpoint. Then nothing checks the functions' rights.
 */
export async function startAws(log: (line: string) => void): Promise<Aws> {
  const given = process.env["AWS_ENDPOINT_URL"];
  if (given !== undefined && given !== "") {
    log(`host: AWS_ENDPOINT_URL is set, so ${given} is used; role policies are not checked`);
    return {
      endpoint: given.replace(/\/+$/, ""),
      addPrincipal: () => undefined,
      serveFunctions: () => undefined,
      close: async () => undefined,
    };
  }
  const emulators = await startEmulators();
  const gateway = await AwsGateway.listen({ emulators, secrets: new SecretsManager(), log });
  return {
    endpoint: gateway.url,
    addPrincipal(accessKeyId, role, functionName) {
      const arn = assumedRoleArn(role.name, functionName);
      gateway.addPrincipal(accessKeyId, { arn, statements: () => role.statements });
    },
    serveFunctions: (invoke) => gateway.serveFunctions(invoke),
    async close() {
      await gateway.close();
      await emulators.close();
    },
  };
}
