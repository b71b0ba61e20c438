// Plain JavaScript, because stripping types would add about 45 ms to the start of every process.
import { subscribe } from "node:diagnostics_channel";
import { writeSync } from "node:fs";
import { Agent, request } from "node:http";
import { registerHooks } from "node:module";

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const [hostname, port] = (process.env.AWS_LAMBDA_RUNTIME_API ?? "").split(":");
const receiptPipe = 3;

/** The addon blocks while it posts a result. Here the next invocation waits for the post instead. */
let posting = Promise.resolve();
/** The event of the invocation in progress, if a queue brought it. */
let eventId;

// Ctrl-C reaches the whole process group. The host ends this process itself, when its work is done.
process.on("SIGINT", () => {});

/**
 * Waits for the next invocation. With `done` and `error` it replaces aws-lambda-ric's native addon,
 * which needs a compiler to install. The rest of the process is AWS's own client.
 */
export async function next() {
  await posting;
  const invocation = await call("GET", "invocation/next");
  // Reports to the host that the handler starts now. A process that died before this line has done nothing,
  // so the host may give the invocation to another process.
  writeSync(receiptPipe, ".");
  eventId = eventIn(invocation.body);
  return { bodyJson: invocation.body, headers: invocation.headers };
}

/** Posts the handler's answer. */
export function done(requestId, result) {
  posting = call("POST", `invocation/${requestId}/response`, result);
}

/** Posts the handler's error. */
export function error(requestId, failure) {
  posting = call("POST", `invocation/${requestId}/error`, failure);
}

function call(method, name, payload) {
  return new Promise((resolve, reject) => {
    const path = `/2018-06-01/runtime/${name}`;
    const headers =
      payload === undefined
        ? {}
        : { "content-type": "application/json", "content-length": Buffer.byteLength(payload) };
    request({ agent, hostname, port, method, path, headers }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk) => (body += chunk));
      response.on("end", () => resolve({ body, headers: response.headers }));
      response.on("error", reject);
    })
      .on("error", reject)
      .end(payload);
  });
}

/** The id in the envelope of an invocation by a queue. */
function eventIn(payload) {
  try {
    return JSON.parse(JSON.parse(payload).Records[0].body).id;
  } catch {
    return undefined;
  }
}

// Requests to servers of this machine name the function and the event, so that the simulators know who calls. Node has
// already written the headers of a request with "Expect": only S3's client sends such a request.
subscribe("http.client.request.created", ({ request }) => {
  if (request.host !== "127.0.0.1" || request.headersSent) return;
  request.setHeader("x-local-function", process.title);
  if (eventId !== undefined) request.setHeader("x-local-event", encodeURIComponent(eventId));
});

registerHooks({
  resolve: (specifier, context, nextResolve) =>
    specifier === "./rapid-client.node"
      ? { url: import.meta.url, format: "module", shortCircuit: true }
      : nextResolve(specifier, context),
});
