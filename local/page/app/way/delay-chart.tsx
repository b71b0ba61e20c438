import { computed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { model } from "../store.ts";
import { language, t } from "../texts.ts";
import { columnsOf, delaysOf, summaryOf } from "./delays.ts";
import { secondsOf } from "./told.ts";

const mostPoints = 200;
const heightPixels = 140;
const delays = computed(() => delaysOf(model.value, mostPoints));

/** The seconds from a webhook's acceptance to the delivery. The sentence below says the same as the canvas. */
export function DelayChart() {
  const summary = summaryOf(delays.value);
  const inWords =
    summary === undefined
      ? t("delaysNone")
      : t("delaysSummary", {
          count: summary.count,
          half: secondsOf(summary.half * 1000, language.value),
          most: secondsOf(summary.most * 1000, language.value),
        });
  return (
    <section class="way-part" aria-label={t("delaysTitle")}>
      <h2>{t("delaysTitle")}</h2>
      <figure class="chart">
        {summary !== undefined && <Canvas />}
        <figcaption class="soft">{inWords}</figcaption>
      </figure>
    </section>
  );
}

function Canvas() {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | undefined>(undefined);
  const data = columnsOf(delays.value);
  const [words, theme] = [language.value, document.documentElement.dataset["theme"]];
  useEffect(() => {
    const { current } = place;
    if (current === null) return;
    const drawn = new uPlot(optionsFor(current), columnsOf(delays.peek()), current);
    chart.current = drawn;
    const resized = new ResizeObserver(() =>
      drawn.setSize({ width: current.clientWidth, height: heightPixels }),
    );
    resized.observe(current);
    return () => {
      resized.disconnect();
      drawn.destroy();
    };
    // The words and the colours are the canvas's own.
  }, [words, theme]);
  useEffect(() => chart.current?.setData(data), [delays.value]);
  return <div ref={place} aria-hidden="true" />;
}

function optionsFor(place: HTMLElement): uPlot.Options {
  const colour = (name: string) => getComputedStyle(place).getPropertyValue(name).trim();
  const axis = {
    stroke: colour("--soft"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { stroke: colour("--line"), width: 1 },
  };
  const line = { width: 1, points: { show: true, size: 5 }, spanGaps: true };
  return {
    width: place.clientWidth,
    height: heightPixels,
    cursor: { show: false },
    scales: { y: { range: (_chart, _least, most) => [0, Math.max(1, most)] } },
    axes: [
      { ...axis, values: (_chart, ticks) => ticks.map(clockOf) },
      { ...axis, label: t("seconds"), labelSize: 18, size: 34 },
    ],
    series: [
      { label: "" },
      { ...line, label: t("toOperator"), stroke: colour("--accent") },
      { ...line, label: t("toCustomer"), stroke: colour("--good") },
    ],
    legend: { live: false },
  };
}

function clockOf(seconds: number): string {
  const at = new Date(seconds * 1000);
  const parts = [at.getHours(), at.getMinutes(), at.getSeconds()];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}
