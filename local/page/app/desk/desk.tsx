import { t } from "../texts.ts";

/** The simulated amoCRM as an operator sees it. */
export function Desk() {
  return <h2>{t("deskTitle")}</h2>;
}
