// Alerts: what is pending as the rules say, what fires as the notifier has it, who has taken it on.

import { $, ago, api, author, button, fill, labels, row, send } from "./dom.js";
import { silenceLink } from "./silences.js";

let reload = () => {};

async function run(action) {
  const note = $("alerts-note");
  try {
    await action();
    await reload();
  } catch (error) {
    note.className = "error";
    note.textContent = error.message;
  }
}

function acknowledge(fingerprint, how) {
  return run(() => send("POST", "api/v1/alerts/" + how, { fingerprints: [fingerprint], by: author() }));
}

function stateOf(alert, ack) {
  const { state, silencedBy, inhibitedBy } = alert.status;
  if (ack) {
    return { text: "acknowledged", className: "pending" };
  }
  if (silencedBy.length > 0) {
    return { text: "silenced", className: "pending" };
  }
  if (inhibitedBy.length > 0) {
    return { text: "inhibited", className: "pending" };
  }
  return { text: state === "suppressed" ? "muted" : "firing", className: "firing" };
}

function summaryOf(alert) {
  return alert.annotations.summary || alert.annotations.description || "";
}

function firingRow(alert, ack) {
  const change = ack
    ? button("Give back", () => acknowledge(alert.fingerprint, "unack"))
    : button("Acknowledge", () => acknowledge(alert.fingerprint, "ack"));
  return [
    stateOf(alert, ack),
    alert.labels.alertname || "",
    labels(alert.labels, ["alertname"]),
    summaryOf(alert),
    ago(alert.startsAt),
    ack ? ack.by + (ack.comment ? ": " + ack.comment : "") : "",
    row(change, silenceLink(alert.labels)),
  ];
}

function pendingRow(alert) {
  const state = { text: alert.state, className: alert.state };
  return [state, alert.labels.alertname || "", labels(alert.labels, ["alertname"]), summaryOf(alert), ago(alert.activeAt), "", ""];
}

export async function showAlerts(receiver) {
  reload = () => showAlerts(receiver);
  const only = receiver ? "&receiver=" + encodeURIComponent("^(?:" + receiver.replace(/[^\w]/g, "\\$&") + ")$") : "";
  const [rules, firing, acks] = await Promise.all([
    api("alerts"),
    send("GET", "api/v2/alerts?active=true" + only),
    api("alerts/acks"),
  ]);
  const taken = new Map(acks.data.acknowledgements.map((ack) => [ack.fingerprint, ack]));
  const pending = rules.data.alerts.filter((alert) => alert.state === "pending");
  const note = $("alerts-note");
  note.className = "";
  note.textContent = receiver ? "Firing for receiver " + receiver + "; " : "";
  note.textContent += firing.length + " firing, " + pending.length + " pending.";
  fill($("alerts"), [
    ...firing.map((alert) => firingRow(alert, taken.get(alert.fingerprint))),
    ...pending.map(pendingRow),
  ]);
}
