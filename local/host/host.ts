import { readAssets } from "./assembly.ts";
import { openClients } from "./aws/clients.ts";
import { startAws } from "./aws/local-aws.ts";
import type { OnItemWritten } from "./aws/local-aws.ts";
import { openHttpFront } from "./events/http-front.ts";
import { startPolling, startSchedule } from "./events/event-sources.ts";
import { LambdaFunction } from "./lambda/lambda-function.ts";
import { openMediaServer } from "./media-server.ts";
import type { Observe } from "../hops/hop.ts";
import { createResources } from "./resources/create-resources.ts";
import { newDeployment, roleOf } from "./resources/deployment.ts";
import { secretValues } from "./resources/stores.ts";
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
  /** Gets what the functions' own lines do not say: answers of webhooks, receives, deaths. */
  readonly observe?: Observe | undefined;
  readonly onItemWritten?: OnItemWritten | undefined;
};

/** A running stack. */
export type Host = Awaited<ReturnType<typeof start>>;

/**
 * Runs a synthesized stack on this machine. Its own bundles run in separate processes, emulators and
 * stand-ins do the rest. None of it is AWS, and all state is lost at the end.
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const closers = new AsyncDisposableStack();
  try {
    return await start(options, closers);
  } catch (error) {
    await closers.disposeAsync();
    throw error;
  }
}

async function start(options: HostOptions, closers: AsyncDisposableStack) {
  const { log, observe = () => undefined } = options;
  const template = await readTemplate(options.assemblyDirectory, options.templateFile);
  const front = await openHttpFront(options.port, observe);
  closers.defer(front.close);
  const media = await openMediaServer(options.mediaPort ?? 0);
  closers.defer(media.close);
  const aws = await startAws(log, options.onItemWritten);
  closers.defer(aws.close);
  const clients = openClients(aws.endpoint);
  closers.defer(clients.close);

  const deployment = newDeployment({
    stackName: options.templateFile.replace(/\.template\.json$/, ""),
    clients,
    awsEndpoint: aws.endpoint,
    apiUrl: front.origin,
    mediaUrl: media.origin,
    environment: options.environment,
    visibilityTimeoutSeconds: options.visibilityTimeoutSeconds,
    secretValues: secretValues(template, options.secrets),
    assets: await readAssets(options),
  });
  const outputs = await createResources(template, deployment);

  const functions = new Map(
    deployment.functions.map((each) => [each.arn, new LambdaFunction(each, log)]),
  );
  closers.defer(async () => {
    await Promise.all([...functions.values()].map((each) => each.close()));
  });
  for (const each of deployment.functions) {
    aws.addPrincipal(each.accessKeyId, roleOf(each, deployment), each.name);
  }
  aws.serveFunctions(async (arn, event) =>
    functions.get(arn.split(":").slice(0, 7).join(":"))?.invoke(event),
  );
  const target = (arn: string) => functions.get(arn) as LambdaFunction;
  // Only functions that receive events. Calls of other functions are rare, and start them when needed.
  const { routes, eventSources, schedules, distributions } = deployment;
  const called = [...routes, ...eventSources, ...schedules].map((each) => each.functionArn);
  await Promise.all([...new Set(called)].map((arn) => target(arn).warm()));

  const sources = [
    ...eventSources.map((each) =>
      startPolling(each, target(each.functionArn), clients, { log, observe }),
    ),
    ...schedules.map((each) =>
      startSchedule(each, target(each.functionArn), options.secondsPerMinute ?? 60),
    ),
  ];
  front.serve(routes, functions);
  for (const distribution of distributions) media.serve(distribution, clients);

  const named = (stem: string): LambdaFunction => {
    const all = [...functions.values()];
    const found = all.find(({ definition }) => definition.stem === stem);
    if (found !== undefined) return found;
    const names = all.map(({ definition }) => definition.stem).join(", ");
    throw new Error(`The stack has no function "${stem}"; it has ${names}.`);
  };
  let closed: Promise<unknown> | undefined;
  return {
    url: front.origin,
    /** The address of the files of the stack's distribution. */
    mediaUrl: media.origin,
    /** AWS_ENDPOINT_URL for tools. */
    awsEndpoint: aws.endpoint,
    outputs,
    /** The names of the stack's functions, such as `telegram-webhook`. */
    functions: deployment.functions.map(({ stem }) => stem),
    /** Ids of the running processes of a function. */
    processes: (stem: string) => named(stem).processes(),
    /** Sends a browser that opens the address of the webhooks on to a page of this machine. */
    redirectBrowsersTo: (url: string) => front.redirectBrowsersTo(url),
    /** Runs a function once, independently of its own events. A failure of the function is in the answer. */
    async invoke(stem: string, event: unknown = {}): Promise<{ readonly error?: string }> {
      const outcome = await named(stem).invoke(event);
      if (outcome.kind === "success") return {};
      return { error: `${outcome.errorType}: ${outcome.errorMessage}` };
    },
    /** Stops schedules, pollers, processes and emulators. A second call does nothing more. */
    close: async (): Promise<void> => {
      // The functions stop while the pollers and timers wait for them. Everything has stopped at the end.
      closed ??= Promise.all([...sources.map((each) => each.stop()), closers.disposeAsync()]);
      await closed;
    },
  };
}
