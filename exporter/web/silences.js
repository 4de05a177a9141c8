// Silences: those in force, and the form for a new one. #/silences/new?filter={…} opens it filled.

import { $, author, button, fill, left, send, show } from "./dom.js";

const MATCHER = /([^\s=!~{},"]+|"(?:[^"\\]|\\.)*")\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|[^,}]*)/g;

function unquote(text) {
  const inside = text.trim();
  if (!inside.startsWith('"')) {
    return inside;
  }
  return inside.slice(1, -1).replace(/\\(.)/g, (all, c) => (c === "n" ? "\n" : c));
}

export function parseMatchers(text) {
  return [...text.matchAll(MATCHER)].map(([, name, operator, value]) => ({
    name: unquote(name),
    value: unquote(value),
    isRegex: operator.endsWith("~"),
    isEqual: operator.startsWith("="),
  }));
}

function quote(text) {
  return '"' + text.replace(/["\\]/g, "\\$&").replace(/\n/g, "\\n") + '"';
}

// A name with what means something in a matcher is quoted, too.
function formatMatchers(matchers) {
  return matchers
    .map(({ name, value, isRegex, isEqual }) => (/[\s{}!=~,\\"'`]/.test(name) ? quote(name) : name) + (isEqual ? "=" : "!") + (isRegex ? "~" : isEqual ? "" : "=") + quote(value))
    .join(", ");
}

export function silenceLink(labels) {
  const matchers = Object.entries(labels).map(([name, value]) => ({ name, value, isRegex: false, isEqual: true }));
  const link = document.createElement("a");
  link.href = "#/silences/new?filter=" + encodeURIComponent("{" + formatMatchers(matchers) + "}");
  link.textContent = "Silence";
  return link;
}

export function openSilenceForm(filter) {
  $("matchers").value = filter.trim().replace(/^\{|\}$/g, "");
  show($("silence-form"), true);
  $("silence-comment").focus();
  $("silence-form").scrollIntoView();
}

function fail(error) {
  const note = $("silences-note");
  note.className = "error";
  note.textContent = error.message;
}

async function expire(id) {
  try {
    await send("DELETE", "api/v2/silence/" + encodeURIComponent(id));
    await showSilences();
  } catch (error) {
    fail(error);
  }
}

export async function showSilences() {
  const silences = await send("GET", "api/v2/silences");
  const open = silences.filter(({ status }) => status.state !== "expired");
  const note = $("silences-note");
  note.className = "";
  note.textContent = open.length === 0 ? "Nothing is silenced." : "";
  fill($("silences"), open.map((silence) => [
    { text: silence.status.state, className: silence.status.state === "active" ? "pending" : "" },
    formatMatchers(silence.matchers),
    silence.comment,
    silence.createdBy,
    left(silence.endsAt),
    button("Expire", () => expire(silence.id)),
  ]));
}

async function create(event) {
  event.preventDefault();
  try {
    const matchers = parseMatchers($("matchers").value);
    if (matchers.length === 0) {
      throw new Error('Say what is to be silenced, as alertname="Disk", instance=~"web.*".');
    }
    const now = Date.now();
    await send("POST", "api/v2/silences", {
      matchers,
      startsAt: new Date(now).toISOString(),
      endsAt: new Date(now + Number($("silence-length").value) * 1000).toISOString(),
      createdBy: author(),
      comment: $("silence-comment").value,
    });
    show($("silence-form"), false);
    location.hash = "#/silences";
    await showSilences();
  } catch (error) {
    fail(error);
  }
}

export function startSilences() {
  $("silence-form").addEventListener("submit", create);
  $("silence-new").addEventListener("click", () => openSilenceForm(""));
}
