// Callgrind counts reading, compiling and evaluating a bundle, and the preparation of its connections up
// to the network. The instructions after that depend on time.
import { pathToFileURL } from "node:url";

const { Socket } = process.getBuiltinModule("node:net");
/** A webhook of ours opens one to Secrets Manager and one to SQS. */
let connectionsLeft = 2;
Socket.prototype.connect = function connect() {
  connectionsLeft -= 1;
  if (connectionsLeft === 0) process.exit();
  return this;
};

// Counting makes the code fifty times slower: a timeout of a second would end a call too early.
const shortMillis = 100;
const { setTimeout } = globalThis;
globalThis.setTimeout = (run, millis = 0, ...args) =>
  millis < shortMillis ? setTimeout(run, millis, ...args) : setTimeout(() => {}, 1e9).unref();
AbortSignal.timeout = () => new AbortController().signal;

await import(pathToFileURL(process.argv[2]).href);
process.exit();
