// Plain JavaScript, because stripping types would add some 45 ms to the start of every process.
// Lambda's runtime in a few lines, over a bare socket: a client over `node:http` would load before
// the function what the function is measured for loading.
import { writeSync } from "node:fs";
import { connect } from "node:net";

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const socket = connect(Number(port), host);
let received = "";
let wake = () => {};
// One character a byte, as the content-length counts.
socket.setEncoding("latin1").on("data", (part) => {
  received += part;
  wake();
});
// The bench is gone.
socket.on("close", () => process.exit());

/** One request; the answer has a content-length, because the bench gives it one. */
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

// A function with the JSON log format has its console replaced by Lambda's runtime, which writes a line
// at once; Node's own would lay an object out for people.
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
  const answer = await handler(JSON.parse(text), { awsRequestId: id });
  await ask("POST", `invocation/${id}/response`, JSON.stringify(answer));
}
