// What every part of the page needs: elements, tables, times, the API.
// Everything that comes from outside is set as text, never as markup.

export const $ = (id) => document.getElementById(id);

export function show(element, visible) {
  element.hidden = !visible;
}

// The text of an answer that is no JSON: who may not write is told why.
async function refusal(reply) {
  const text = (await reply.text()).trim();
  if (reply.status === 503) {
    return "starting up";
  }
  return text.length > 0 && text.length < 300 && !text.startsWith("<") ? text : "status " + reply.status;
}

async function answerOf(reply) {
  const type = reply.headers.get("Content-Type") || "";
  if (!type.startsWith("application/json")) {
    throw new Error(await refusal(reply));
  }
  return reply.json();
}

// Prometheus' API: the whole envelope.
export async function api(path, form) {
  const options = form ? { method: "POST", body: new URLSearchParams(form) } : {};
  const answer = await answerOf(await fetch("api/v1/" + path, options));
  if (answer.status !== "success") {
    throw new Error(answer.error || "no success");
  }
  return answer;
}

// Alertmanager's API and what takes JSON.
export async function send(method, path, json) {
  const reply = await fetch(path, {
    method,
    headers: { "Content-Type": "application/json" },
    body: json === undefined ? undefined : JSON.stringify(json),
  });
  if (reply.ok && reply.headers.get("Content-Length") === "0") {
    return null;
  }
  const answer = await answerOf(reply);
  if (!reply.ok) {
    throw new Error(answer.error || answer.message || (typeof answer === "string" ? answer : "status " + reply.status));
  }
  return answer;
}

function cell(row, content) {
  const td = row.insertCell();
  if (content instanceof Node) {
    td.append(content);
  } else {
    td.textContent = content.text === undefined ? content : content.text;
    td.className = content.className || "";
  }
}

// A cell is a text, {text, className} or an element.
export function fill(table, rows) {
  const fresh = document.createElement("tbody");
  for (const cells of rows) {
    const row = fresh.insertRow();
    cells.forEach((content) => cell(row, content));
  }
  table.replaceChild(fresh, table.tBodies[0]);
  show(table, rows.length > 0);
}

export function button(text, onClick) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "small";
  element.textContent = text;
  element.addEventListener("click", onClick);
  return element;
}

export function row(...elements) {
  const element = document.createElement("div");
  element.className = "row";
  element.append(...elements);
  return element;
}

function inWords(seconds) {
  for (const [unit, size] of [["d", 86400], ["h", 3600], ["min", 60]]) {
    if (seconds >= size) {
      return Math.floor(seconds / size) + " " + unit;
    }
  }
  return seconds + " s";
}

export function ago(time) {
  const at = Date.parse(time);
  return at > 0 ? inWords(Math.max(0, Math.round((Date.now() - at) / 1000))) + " ago" : "never";
}

export function left(time) {
  return "for " + inWords(Math.max(0, Math.round((Date.parse(time) - Date.now()) / 1000)));
}

export function labels(set, without) {
  return Object.entries(set)
    .filter(([name]) => !without.includes(name))
    .map(([name, value]) => name + "=" + JSON.stringify(value))
    .join(", ");
}

// Who acts; the browser remembers it.
export function author() {
  const input = $("author");
  const name = input.value.trim();
  if (name === "") {
    input.focus();
    throw new Error("Say who you are first, at the top of the alerts.");
  }
  localStorage.setItem("author", name);
  return name;
}
