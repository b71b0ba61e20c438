// Plain JavaScript, because stripping types would add some 45 ms to the start of every process.
// Lambda's runtime in a few lines, over a bare socket: a client over `node:http` would load modules
// before the function whose loading the bench measures.
import { writeSync } from "node:fs";
import { connect } from "node:net";

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const socket = connect(Number(port), host);
let received = "";
let wake = () => {};
// One character per byte, because the content-length counts bytes.
socket.setEncoding("latin1").on("data", (part) => {
  received += part;
  wake();
});
// The bench has ended.
socket.on("close", () => process.exit());

/** One request. The bench gives every answer a content-length. */
async function ask(method, path, body = "") {
  const length = Buffer.byteLength(body);
  socket.write(
    `${method} /2018-06-01/runtime/${path} HTTP/1.1\r\nhost: bench\r\ncontent-length: ${length}\r\n\r\n${body}`,
  );
  for (;;) {
    const end = received.indexOf("\r\n\r\n");
    const size = Number(/content-length: (\d+)/i.exec(received.slice(0, end))?.[1]);
    if (end >= 0 && received.length >= end + 4 + size) {
      const head = received.slice(0, end);
      const text = Buffer.from(received.slice(end + 4, end + 4 + size), "latin1").toString();
      received = received.slice(end + 4 + size);
      return { id: /aws-request-id: (\S+)/i.exec(head)?.[1], text };
    }
    await new Promise((resolve) => (wake = resolve));
  }
}

// With the JSON log format, Lambda's runtime replaces the console and writes a line at once. Node's own
// console would format an object for people.
let requestId = "";
for (const level of ["info", "warn", "error"]) {
  console[level] = (message) => {
    const line = { timestamp: new Date().toISOString(), level: level.toUpperCase(), requestId };
    writeSync(1, `${JSON.stringify({ ...line, message })}\n`);
  };
}

const { handler } = await import(process.env.BENCH_BUNDLE);
for (;;) {
  const { id, text } = await ask("GET", "invocation/next");
  requestId = id;
  const endMillis = Date.now() + 60_000;
  const getRemainingTimeInMillis = () => endMillis - Date.now();
  const answer = await handler(JSON.parse(text), { awsRequestId: id, getRemainingTimeInMillis });
  await ask("POST", `invocation/${id}/response`, JSON.stringify(answer));
}
