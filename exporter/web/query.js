// The query form, its table and its graph.

import { $, api, fill, labels, show } from "./dom.js";

const GRAPH = { width: 800, height: 220, left: 60, bottom: 20, top: 8, points: 240, series: 8 };

function seriesName(metric) {
  const inside = labels(metric, ["__name__"]);
  return (metric.__name__ || "") + (inside || !metric.__name__ ? "{" + inside + "}" : "");
}

function svg(parent, name, attributes, text) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  if (text !== undefined) {
    element.textContent = text;
  }
  parent.appendChild(element);
}

function bounds(series) {
  let low = Infinity;
  let high = -Infinity;
  for (const one of series) {
    for (const [, value] of one.values) {
      const number = Number(value);
      if (Number.isFinite(number)) {
        low = Math.min(low, number);
        high = Math.max(high, number);
      }
    }
  }
  if (low === high) {
    return [low - 1, high + 1];
  }
  return [low, high];
}

function draw(series, start, end) {
  const picture = $("graph").querySelector("svg");
  picture.replaceChildren();
  const [low, high] = bounds(series);
  if (!Number.isFinite(low)) {
    show($("graph"), false);
    return;
  }
  const { width, height, left, bottom, top } = GRAPH;
  const x = (time) => left + ((time - start) / (end - start)) * (width - left - 8);
  const y = (value) => top + (1 - (value - low) / (high - low)) * (height - top - bottom);
  for (const part of [0, 0.5, 1]) {
    const value = low + part * (high - low);
    svg(picture, "line", { x1: left, x2: width, y1: y(value), y2: y(value) });
    svg(picture, "text", { x: 4, y: y(value) + 4 }, Number(value.toPrecision(4)).toString());
  }
  for (const [time, anchor] of [[start, "start"], [end, "end"]]) {
    const label = new Date(time * 1000).toLocaleTimeString();
    svg(picture, "text", { x: x(time), y: height - 5, "text-anchor": anchor }, label);
  }
  series.forEach((one, index) => {
    const points = one.values
      .filter(([, value]) => Number.isFinite(Number(value)))
      .map(([time, value]) => x(time).toFixed(1) + "," + y(Number(value)).toFixed(1));
    svg(picture, "polyline", { points: points.join(" "), class: "s" + index });
  });
  show($("graph"), true);
}

async function drawRange(query) {
  const end = Math.floor(Date.now() / 1000);
  const span = Number($("span").value);
  const step = Math.max(1, Math.floor(span / GRAPH.points));
  const { data } = await api("query_range", { query, start: end - span, end, step });
  const shown = data.result.slice(0, GRAPH.series);
  draw(shown, end - span, end);
  const rest = data.result.length - shown.length;
  $("graph-title").textContent =
    shown.map((one) => seriesName(one.metric)).join("; ") + (rest > 0 ? "; " + rest + " more not drawn" : "");
}

function resultRows(data) {
  if (data.resultType === "scalar" || data.resultType === "string") {
    return [["", data.result[1]]];
  }
  return data.result.slice(0, 500).map((one) => [
    seriesName(one.metric),
    one.value ? one.value[1] : one.values.map(([, value]) => value).join(" "),
  ]);
}

async function runQuery(event) {
  event.preventDefault();
  const query = $("expression").value.trim();
  const note = $("query-note");
  show($("graph"), false);
  show($("result"), false);
  if (query === "") {
    return;
  }
  note.className = "";
  note.textContent = "Running…";
  try {
    const answer = await api("query", { query });
    const rows = resultRows(answer.data);
    fill($("result"), rows);
    const remarks = [...(answer.warnings || []), ...(answer.infos || [])];
    note.textContent = [rows.length === 0 ? "No series match." : rows.length + " results", ...remarks].join(" · ");
    if (answer.data.resultType === "vector" || answer.data.resultType === "scalar") {
      await drawRange(query);
    }
  } catch (error) {
    note.className = "error";
    note.textContent = error.message;
  }
}

export function startQuery() {
  $("query-form").addEventListener("submit", runQuery);
}
