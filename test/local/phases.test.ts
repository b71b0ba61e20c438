import { expect, jest, test } from "@jest/globals";
import { showPhases } from "../../local/phases.ts";

function output(isTTY: boolean) {
  let written = "";
  const stream = { isTTY, write: (text: string) => (written += text) };
  return { stream: stream as unknown as NodeJS.WriteStream, written: () => written };
}

test("on a terminal the seconds of a phase count up, and its line ends with its duration", () => {
  jest.useFakeTimers({ now: 0 });
  try {
    const { stream, written } = output(true);
    const phases = showPhases(stream);

    phases.begin("Synthesizing the stack");
    jest.advanceTimersByTime(2000);
    phases.begin("Starting");
    phases.end();
    phases.end();

    expect(written().replaceAll("\r\u001b[2K", "|")).toBe(
      "|Synthesizing the stack … 0 s|Synthesizing the stack … 1 s|Synthesizing the stack … 2 s" +
        "|Synthesizing the stack  2.0 s\n|Starting … 0 s|Starting  0.0 s\n",
    );
    expect(jest.getTimerCount()).toBe(0);
  } finally {
    jest.useRealTimers();
  }
});

test("in a file a phase is one line", () => {
  const { stream, written } = output(false);
  const phases = showPhases(stream);

  phases.begin("Synthesizing the stack");
  phases.begin("Starting");
  phases.end();

  expect(written()).toBe("Synthesizing the stack …\nStarting …\n");
});
