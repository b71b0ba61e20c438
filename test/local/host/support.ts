import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startHost } from "../../../local/host/host.ts";
import type { Host, HostOptions } from "../../../local/host/host.ts";

type Template = { Resources: Record<string, object>; Outputs?: Record<string, object> };

/** A hosted, hand-written stack, with its functions' log. */
export type TestHost = Host & { readonly lines: readonly string[] };

/** Hosts a template with functions from these sources. `close` removes them again. */
export async function hostOf(
  template: Template,
  sources: Readonly<Record<string, string>>,
  options: Partial<HostOptions> = {},
): Promise<TestHost> {
  const directory = await writeAssembly(template, sources);
  const lines: string[] = [];
  try {
    const host = await startHost({
      assemblyDirectory: directory,
      templateFile: "stack.template.json",
      port: 0,
      environment: {},
      secrets: {},
      log: (line) => lines.push(line),
      ...options,
    });
    return {
      ...host,
      lines,
      async close() {
        await host.close();
        await rm(directory, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

/** Writes a template and its assets in the layout of `cdk synth`. */
async function writeAssembly(
  template: Template,
  sources: Readonly<Record<string, string>>,
): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "host-test-"));
  const files: Record<string, object> = {};
  for (const [name, source] of Object.entries(sources)) {
    await mkdir(join(directory, `asset.${name}`));
    await writeFile(join(directory, `asset.${name}`, "index.mjs"), source);
    files[name] = { source: { path: `asset.${name}`, packaging: "zip" } };
  }
  await writeFile(join(directory, "stack.assets.json"), JSON.stringify({ files }));
  await writeFile(join(directory, "stack.template.json"), JSON.stringify(template));
  return directory;
}

/** A function's resource. Its code is the source with the same name in `hostOf`. */
export function aFunction(source: string, properties: object = {}): object {
  return {
    Type: "AWS::Lambda::Function",
    Properties: {
      Code: { S3Bucket: "assets", S3Key: `${source}.zip` },
      Handler: "index.handler",
      Runtime: "nodejs24.x",
      Role: { "Fn::GetAtt": ["Role", "Arn"] },
      ...properties,
    },
  };
}

/** A role with these inline statements. */
export function aRole(...statements: readonly object[]): object {
  return {
    Type: "AWS::IAM::Role",
    Properties: {
      Policies: statements.map((Statement) => ({ PolicyDocument: { Statement: [Statement] } })),
    },
  };
}

/** API, integration and one route per key, all for the one function. */
export function anApi(functionId: string, ...routeKeys: readonly string[]): Record<string, object> {
  const routes = routeKeys.map((RouteKey, index) => [
    `Route${index}`,
    {
      Type: "AWS::ApiGatewayV2::Route",
      Properties: {
        ApiId: { Ref: "Api" },
        RouteKey,
        Target: { "Fn::Join": ["", ["integrations/", { Ref: "Integration" }]] },
      },
    },
  ]);
  return {
    Api: { Type: "AWS::ApiGatewayV2::Api", Properties: { ProtocolType: "HTTP" } },
    Integration: {
      Type: "AWS::ApiGatewayV2::Integration",
      Properties: {
        ApiId: { Ref: "Api" },
        IntegrationType: "AWS_PROXY",
        IntegrationUri: { "Fn::GetAtt": [functionId, "Arn"] },
        PayloadFormatVersion: "2.0",
      },
    },
    ...Object.fromEntries(routes),
  };
}

/** Waits until the check holds. Fails with the check's name after a minute. */
export async function eventually(
  name: string,
  holds: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Not within a minute: ${name}.`);
    await sleep(20);
  }
}

/** A loopback server that stores what functions post to it. */
export async function startRecorder<Item>() {
  const items: Item[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      items.push(JSON.parse(Buffer.concat(chunks).toString("utf8")) as Item);
      response.end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    items: items as readonly Item[],
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
