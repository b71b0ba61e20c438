import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findStack, readAssets, cachedAssembly } from "../../local/host/assembly.ts";
import { readTemplate } from "../../local/host/template/template.ts";
import type { Template } from "../../local/host/template/template.ts";
import type { TableProperties } from "./table.ts";

/** The laptop run keeps its assemblies there, too. */
const assemblies = fileURLToPath(new URL("../../.local/assemblies", import.meta.url));

export type Resources = Template["Resources"];
export type Assembly = Awaited<ReturnType<typeof readShipped>>;
export type FunctionName = keyof Assembly["functions"];

let shipped: ReturnType<typeof readShipped> | undefined;

/**
 * The laptop's assembly, for all parts of a run: what `cdk deploy` would upload. It is synthesized only
 * after a change. BENCH_ASSEMBLY gives an earlier assembly instead, to compare two states of the code.
 */
export function shippedAssembly(): Promise<Assembly> {
  return (shipped ??= readShipped());
}

async function readShipped() {
  const root = process.env["BENCH_ASSEMBLY"] ?? (await cachedAssembly("laptop", assemblies));
  const location = findStack(root, "laptop");
  const { assemblyDirectory, templateFile } = location;
  const { Resources: resources } = await readTemplate(assemblyDirectory, templateFile);
  const assets = await readAssets(location);

  /** Properties of the only resource of a type whose logical id has this beginning. */
  const properties = <As = Readonly<Record<string, unknown>>>(type: string, id: string): As => {
    const found = Object.entries(resources).filter(
      ([logicalId, resource]) => resource.Type === type && logicalId.startsWith(id),
    );
    const [only] = found;
    if (only !== undefined && found.length === 1) return only[1].Properties as As;
    throw new Error(`The template has ${found.length} resources ${type} ${id}, not one.`);
  };
  /** A function as `cdk deploy` would upload it, by the beginning of the template's logical id. */
  const shippedFunction = (name: string) => {
    const { Code, MemorySize, LoggingConfig, Environment } = properties<{
      Code: { S3Key: string };
      MemorySize: number;
      LoggingConfig: { ApplicationLogLevel: string };
      Environment: { Variables: Readonly<Record<string, unknown>> };
    }>("AWS::Lambda::Function", name);
    /** A hash of the bundle. */
    const hash = Code.S3Key.replace(/\.zip$/, "");
    const asset = assets.get(hash);
    if (asset === undefined) throw new Error(`The bundle of ${name} is not in the assembly.`);
    return {
      hash,
      bundle: join(asset, "index.mjs"),
      megabytes: MemorySize,
      /** The lowest level of its stored log lines. */
      logLevel: LoggingConfig.ApplicationLogLevel,
      /** Names of other resources are still references. */
      variables: Environment.Variables,
    };
  };
  const table = "AWS::DynamoDB::Table";
  return {
    root,
    resources,
    properties,
    functions: {
      TelegramWebhook: shippedFunction("TelegramWebhook"),
      AmocrmWebhook: shippedFunction("AmocrmWebhook"),
      DeliverySender: shippedFunction("DeliverySender"),
      Caretaker: shippedFunction("Caretaker"),
    },
    tables: {
      CONVERSATIONS_TABLE: properties<TableProperties>(table, "TablesConversations"),
      DELIVERIES_TABLE: properties<TableProperties>(table, "TablesDeliveries"),
    },
  };
}
