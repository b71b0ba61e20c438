import { composeCaretaker } from "../compose/caretaker.ts";

export const handler = composeCaretaker(process.env);
