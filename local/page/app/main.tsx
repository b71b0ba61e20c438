import { effect, signal } from "@preact/signals";
import { render } from "preact";
import { Desk } from "./desk/desk.tsx";
import { rememberSeen } from "./desk/state.ts";
import { Phone } from "./phone/phone.tsx";
import { rememberSelection } from "./selection.ts";
import { follow, isConnected, refusal } from "./store.ts";
import { language, t } from "./texts.ts";
import type { Language } from "./catalogue.ts";
import { Way } from "./way/way.tsx";

type Theme = "light" | "dark";
const theme = signal<Theme>(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

function App() {
  return (
    <>
      <header class="bar">
        <h1>{t("title")}</h1>
        <label>
          {t("language")}{" "}
          <select
            value={language.value}
            onChange={(event) => (language.value = event.currentTarget.value as Language)}
          >
            <option value="en">English</option>
            <option value="ru">Русский</option>
          </select>
        </label>
        <label>
          {t("theme")}{" "}
          <select
            value={theme.value}
            onChange={(event) => (theme.value = event.currentTarget.value as Theme)}
          >
            <option value="light">{t("light")}</option>
            <option value="dark">{t("dark")}</option>
          </select>
        </label>
      </header>
      <p class="notice" role="status" hidden={isConnected.value}>
        {t("connecting")}
      </p>
      {refusal.value !== undefined && (
        <p class="notice refusal" role="alert">
          {refusal.value}{" "}
          <button type="button" onClick={() => (refusal.value = undefined)}>
            {t("close")}
          </button>
        </p>
      )}
      <main>
        <section class="phone" aria-label={t("phoneTitle")}>
          <Phone />
        </section>
        <section class="way" aria-label={t("wayTitle")}>
          <Way />
        </section>
        <section class="desk" aria-label={t("deskTitle")}>
          <Desk />
        </section>
      </main>
    </>
  );
}

const stored = { language: localStorage.getItem("language"), theme: localStorage.getItem("theme") };
if (stored.theme === "light" || stored.theme === "dark") theme.value = stored.theme;
const browsers = navigator.language.startsWith("ru") ? "ru" : "en";
language.value = stored.language === "ru" || stored.language === "en" ? stored.language : browsers;
effect(() => {
  document.documentElement.lang = language.value;
  document.documentElement.dataset["theme"] = theme.value;
  document.title = t("title");
  localStorage.setItem("language", language.value);
  localStorage.setItem("theme", theme.value);
});
rememberSelection(sessionStorage);
rememberSeen(sessionStorage);
render(<App />, document.body);
void follow();
