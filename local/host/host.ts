import { openBuckets } from "./aws/buckets.ts";
import { createAwsClient } from "./aws/aws-client.ts";
import { startAws } from "./aws/local-aws.ts";
import { readAssets } from "./assembly.ts";
import { HttpFront } from "./events/http-front.ts";
import { QueuePoller } from "./events/queue-poller.ts";
import { ScheduleTimer } from "./events/schedule-timer.ts";
import { LambdaFunction } from "./lambda/lambda-function.ts";
import { MediaServer } from "./media-server.ts";
import { createResources } from "./resources/create-resources.ts";
import { functionArnOf } from "./resources/deployment.ts";
import type { Deployment } from "./resources/deployment.ts";
import { secretValues } from "./resources/secret-values.ts";
import { readTemplate } from "./template/template.ts";

/** The stack to host, and the settings of the host. */
export type HostOptions = {
  /** Directory with `<stack>.template.json`: a nested cloud assembly. */
  readonly assemblyDirectory: string;
  /** File name of the stack's template in this directory. */
  readonly templateFile: string;
  /** The port of the HTTP front. 0 takes any free one. */
  readonly port: number;
  /** The port of the media server. Any free one by default. */
  readonly mediaPort?: number;
  /** Overrides of functions' variables. They apply only where the template's function has that variable. */
  readonly environment: Readonly<Record<string, string>>;
  /** Values of secrets by the stack output that names the secret. The host generates the others. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Shortens the visibility timeout of all queues. The template's value by default. */
  readonly visibilityTimeoutSeconds?: number | undefined;
  /** Shortens the minutes of schedules, for tests. 60 by default. */
  readonly secondsPerMinute?: number;
  /** Gets a line per log line of a function and per event of the host, without payloads. */
  readonly log: (line: string) => void;
};

/** A running stack. */
export type Host = {
  readonly url: string;
  /** The address of the files of the stack's distribution. */
  readonly mediaUrl: string;
  /** AWS_ENDPOINT_URL for tools. */
  readonly awsEndpoint: string;
  /** Stack outputs, resolved. */
  readonly outputs: Readonly<Record<string, string>>;
  /** The names of the stack's functions, such as `telegram-webhook`. */
  readonly functions: readonly string[];
  /** Ids of the running processes of a function. */
  processes(functionStem: string): readonly number[];
  /** Runs a function once, independently of its own events. A failure of the function is in the answer. */
  invoke(functionStem: string, event?: unknown): Promise<{ readonly error?: string }>;
  /** Stops schedules, pollers, processes and emulators. A second call does nothing more. */
  readonly close: () => Promise<void>;
};

/**
 * Runs a synthesized stack on this machine. Its own bundles run in separate processes, emulators and
 * stand-ins do the rest. None of it is AWS, and all state is lost at the end.
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const closers: (() => Promise<void>)[] = [];
  const closeAll = async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  };
  try {
    return await start(options, closers, closeAll);
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function start(
  options: HostOptions,
  closers: (() => Promise<void>)[],
  closeAll: () => Promise<void>,
): Promise<Host> {
  const { log } = options;
  const template = await readTemplate(options.assemblyDirectory, options.templateFile);
  const front = await HttpFront.listen(options.port);
  closers.push(() => front.close());
  const media = await MediaServer.listen(options.mediaPort ?? 0);
  closers.push(() => media.close());
  const aws = await startAws(log);
  closers.push(() => aws.close());
  const buckets = openBuckets(aws.endpoint);
  closers.push(async () => buckets.close());

  const deployment: Deployment = {
    stackName: options.templateFile.replace(/\.template\.json$/, ""),
    aws: createAwsClient(aws.endpoint),
    buckets,
    awsEndpoint: aws.endpoint,
    apiUrl: front.url,
    mediaUrl: media.url,
    environment: options.environment,
    visibilityTimeoutSeconds: options.visibilityTimeoutSeconds,
    secretValues: secretValues(template, options.secrets),
    assets: await readAssets(options),
    log,
    rolesByArn: new Map(),
    rolesByName: new Map(),
    queuesByArn: new Map(),
    functions: [],
    functionsByQualifiedArn: new Map(),
    integrations: new Map(),
    routes: [],
    eventSources: [],
    schedules: [],
    bucketsByDomain: new Map(),
    headersByPolicy: new Map(),
    distributions: [],
  };
  const outputs = await createResources(template, deployment);

  const functions = new Map(
    deployment.functions.map((each) => [each.arn, new LambdaFunction(each, log)]),
  );
  closers.push(async () => {
    await Promise.all([...functions.values()].map((each) => each.close()));
  });
  for (const { accessKeyId, roleArn, name } of deployment.functions) {
    const role = deployment.rolesByArn.get(roleArn);
    aws.addPrincipal(accessKeyId, role ?? { name: roleArn, statements: [] }, name);
  }
  aws.serveFunctions(async (arn, event) =>
    functions.get(functionArnOf(arn, deployment) ?? "")?.invoke(event),
  );
  // Only functions that receive events. Calls of other functions are rare, and start them when needed.
  const { routes, eventSources, schedules } = deployment;
  const called = new Set(
    [...routes, ...eventSources, ...schedules].map((each) => each.functionArn),
  );
  const busy = [...functions.values()].filter(({ definition }) => called.has(definition.arn));
  await Promise.all(busy.map((each) => each.warm()));

  const pollers = deployment.eventSources.flatMap((source) => {
    const target = functions.get(source.functionArn);
    return target === undefined
      ? []
      : [new QueuePoller({ source, target, aws: deployment.aws, log })];
  });
  const timers = deployment.schedules.flatMap((schedule) => {
    const target = functions.get(schedule.functionArn);
    return target === undefined
      ? []
      : [new ScheduleTimer(schedule, target, options.secondsPerMinute ?? 60)];
  });
  front.serve(deployment.routes, functions);
  for (const distribution of deployment.distributions) media.serve(distribution, buckets);

  const stopping = Promise.withResolvers<void>();
  let isClosing = false;
  return {
    url: front.url,
    mediaUrl: media.url,
    awsEndpoint: aws.endpoint,
    outputs,
    functions: deployment.functions.map(({ stem }) => stem),
    processes: (stem) => named(stem, [...functions.values()]).processes(),
    async invoke(stem, event = {}) {
      const outcome = await named(stem, [...functions.values()]).invoke(event);
      if (outcome.kind === "success") return {};
      return { error: `${outcome.errorType}: ${outcome.errorMessage}` };
    },
    close() {
      if (!isClosing) {
        isClosing = true;
        // The functions stop first, because the pollers and timers wait for them. Everything has
        // stopped when this promise settles.
        const stopped = [...timers, ...pollers].map((each) => each.stop());
        void closeAll()
          .then(() => Promise.all(stopped))
          .then(() => stopping.resolve(), stopping.reject);
      }
      return stopping.promise;
    },
  };
}

function named(stem: string, functions: readonly LambdaFunction[]): LambdaFunction {
  const found = functions.find(({ definition }) => definition.stem === stem);
  if (found !== undefined) return found;
  const names = functions.map(({ definition }) => definition.stem).join(", ");
  throw new Error(`The stack has no function "${stem}"; it has ${names}.`);
}
