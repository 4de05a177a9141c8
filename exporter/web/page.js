// The page as a whole: what is shown, how often, and where a link leads.

import { $, ago, api, fill } from "./dom.js";
import { showAlerts } from "./alerts.js";
import { openSilenceForm, showSilences, startSilences } from "./silences.js";
import { startQuery } from "./query.js";

const REFRESH_MS = 15000;

async function showHealth() {
  const health = $("health");
  try {
    const reply = await fetch("-/ready");
    health.textContent = reply.ok ? "Ready" : "Not ready yet";
    health.className = reply.ok ? "up" : "pending";
  } catch {
    health.textContent = "Not reachable";
    health.className = "down";
  }
}

async function showTargets() {
  const { data } = await api("targets?state=active");
  const order = { down: 0, unknown: 1, up: 2 };
  const targets = data.activeTargets.sort((a, b) => order[a.health] - order[b.health]);
  const up = targets.filter((target) => target.health === "up").length;
  $("targets-note").textContent = up + " of " + targets.length + " up";
  fill($("targets"), targets.map((target) => [
    { text: target.health, className: target.health },
    target.labels.job || "",
    target.labels.instance || "",
    ago(target.lastScrape),
    (target.lastScrapeDuration * 1000).toFixed(1) + " ms",
    target.lastError,
  ]));
}

// Alertmanager's links: #/alerts?receiver=NAME, #/silences, #/silences/new?filter={…}.
function route() {
  const [path, parameters] = location.hash.replace(/^#/, "").split("?", 2);
  return { path, parameters: new URLSearchParams(parameters || "") };
}

async function refresh() {
  await showHealth();
  const receiver = route().parameters.get("receiver");
  const parts = [
    [showTargets, "targets-note"],
    [() => showAlerts(receiver), "alerts-note"],
    [showSilences, "silences-note"],
  ];
  for (const [load, note] of parts) {
    try {
      await load();
    } catch (error) {
      $(note).textContent = "Not available: " + error.message;
    }
  }
}

function follow() {
  const { path, parameters } = route();
  if (path === "/silences/new") {
    openSilenceForm(parameters.get("filter") || "");
  } else if (path === "/silences" || path === "/alerts") {
    $(path.slice(1) + "-title").scrollIntoView();
  }
}

$("author").value = localStorage.getItem("author") || "";
startSilences();
startQuery();
addEventListener("hashchange", () => {
  follow();
  refresh();
});
refresh().then(follow);
setInterval(() => {
  if (!document.hidden) {
    refresh();
  }
}, REFRESH_MS);
