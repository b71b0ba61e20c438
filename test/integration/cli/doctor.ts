import { expect } from "@jest/globals";
import { sayingAtMostWhyItWaits } from "../../support/terminal.ts";
import type { Laptop } from "./laptop.ts";

/** A finding of `bridge doctor --json`. */
export type Told = { id: string; state: string; says: string; causes?: string; fix?: string };

/** Runs doctor on a laptop run, and the commands in its fixes. */
export function doctorOn(laptop: Laptop) {
  return {
    look: async () => {
      const said = await laptop.ask(["doctor"]);
      const checks = said.json["checks"] as Told[];
      const faults = checks.filter(({ state }) => state === "fault");
      return { code: said.code, checks, faults, ids: faults.map(({ id }) => id) };
    },
    /** Runs the command of a finding's fix, as a person would. */
    fix: async (fault: Told | undefined, stdin = "") => {
      const [command = ""] = /bridge [^;,<]+/.exec(fault?.fix ?? "") ?? [];
      const done = await laptop.bridge(command.trim().split(" ").slice(1), stdin);
      const errors = expect.stringMatching(sayingAtMostWhyItWaits);
      expect(done).toMatchObject({ code: 0, errors });
    },
  };
}
