// The page that counts: whatever reads a label – camera, photo, hand scanner, fingers – comes here, is kept, judged at
// once by what this device knows, and sent.

import { getJson, troubleOf } from "./ask.js";
import { Count } from "./count.js";
import { signal } from "./feedback.js";
import { readLabels } from "./labels.js";
import { watchOver } from "./offline.js";
import { Queue } from "./queue.js";
import { openStore } from "./store.js";
import { fromKeys, parse } from "./tags.js";
import { View } from "./view.js";

const NEWS_EVERY_MS = 15_000;
const SAVED_AFTER_MS = 1000;
const LOOKED_UP = new Set(["elsewhere", "unexpected", "unknown"]);
const KEPT_MS = 14 * 24 * 3600 * 1000;

const root = document.querySelector("[data-stocktake]");
const take = Number(root.dataset.take);
const person = Number(root.dataset.person);
const count = new Count();
const view = new View(root, count);
const store = await openStore();
const said = (batch) => ({ scans: batch.map(({ key, tag, at }) => ({ key, tag, at })) });
const queue = new Queue({ about: { take }, person, address: root.dataset.scans, store, said, told, changed, renew: renewed });
let newest = null; // the key of the scan that is shown
let saving = 0;
let forgotten = false; // whoever counted is signing out

function told({ verdicts, stock_take: numbers }, scans) {
  count.answered(verdicts, scans);
  count.numbers = numbers;
  const shown = verdicts.find((verdict) => verdict.key === newest?.key);
  for (const other of verdicts) if (other !== shown && LOOKED_UP.has(other.verdict)) view.remark(other);
  // What this device knew already stands; what it had to ask about is told now.
  const isNews = shown && (newest.verdict === "stray" || (newest.verdict === "part" && shown.verdict === "found"));
  if (isNews) view.heard(shown.verdict, shown);
  else if (shown) {
    if (shown.component) view.withItsSet(shown.component, shown.unseen);
    if (shown.revoked) view.revoked(shown.tag);
    if (shown.fit_for_use === false) view.unfit();
  }
  keepList();
  return [];
}

function changed() {
  view.sending(queue);
  view.far();
}

async function scanned(read) {
  const tag = count.thing(read);
  const verdict = count.judge(tag);
  const known = count.seen.get(tag);
  signal(verdict);
  view.heard(verdict, { tag, name: count.name(tag), revoked: count.revoked(read), ...known });
  newest = { verdict };
  if (verdict === "already") return; // it is recorded, or waits to be
  count.note(tag);
  newest.key = (await queue.add({ tag: read })).key;
  keepList();
}

function wrong(verdict, text) {
  newest = null;
  signal(verdict);
  view.heard(verdict, { said: text });
}

async function renewed() {
  const { token, expected, components, away } = await getJson(root.dataset.list);
  count.expect(expected, components, away);
  keepNow();
  return token;
}

async function hear() {
  let more = true;
  while (more) {
    const heard = await getJson(`${root.dataset.news}?after=${count.last}`);
    count.learn(heard.news);
    count.numbers = heard.stock_take;
    ({ last: count.last, more } = heard);
  }
  keepList();
  view.far();
}

function keepNow() {
  clearTimeout(saving);
  saving = 0;
  if (forgotten) return;
  store.put("lists", { take, person, at: Date.now(), ...count.dump() }).catch(() => null);
}

/** Keep what is known, at most once in a while: scans themselves are kept by the queue, each at once. */
function keepList() {
  saving ||= setTimeout(keepNow, SAVED_AFTER_MS);
}

/** Lists of other people, and old ones, do not stay on the device. */
async function tidy() {
  const lists = await store.all("lists");
  const gone = lists.filter((list) => list.person !== person || Date.now() - list.at > KEPT_MS);
  if (gone.length) await store.remove("lists", ...gone.map((list) => list.take));
}

async function stayAwake() {
  if (document.hidden) {
    keepNow();
    return;
  }
  await navigator.wakeLock?.request("screen").catch(() => null);
}

/** What this device remembers, before anybody is asked. */
async function recall() {
  await tidy();
  const list = await store.get("lists", take);
  if (list) count.load(list);
  await queue.load();
  for (const scan of queue.unsent) count.note(count.thing(scan.tag));
  if (count.seen.size) view.goOn();
  view.far();
}

/** Ask what others found, and send what waits. */
async function meet() {
  let state = "idle";
  try {
    if (!queue.token) queue.token = await renewed();
    await hear();
    if (count.numbers.closed_at) state = "closed";
  } catch (error) {
    state = troubleOf(error);
  }
  if (queue.state !== "sending" && !(state === "idle" && queue.unsent.length)) queue.become(state);
  queue.send();
}

const { camera, hosts } = readLabels(root, { found: scanned, wrong: (verdict) => wrong(verdict, "") });
root.querySelector("[data-typed]").addEventListener("submit", (event) => {
  event.preventDefault();
  const { tag: field } = event.target.elements;
  if (!field.value.trim()) return;
  const tag = parse(field.value) ?? fromKeys(field.value, hosts);
  if (tag) {
    scanned(tag);
    field.value = "";
  } else {
    wrong("mistyped", field.value);
    field.select();
  }
});
root.querySelector("[data-retry]").addEventListener("click", () => queue.send());
document.addEventListener("visibilitychange", stayAwake);
stayAwake();
await recall();
// A camera that was allowed before starts by itself; the first time it takes a tap, which also allows the sound.
const allowed = await navigator.permissions?.query({ name: "camera" }).catch(() => null);
if (allowed?.state === "granted") camera.start();
window.addEventListener("online", meet);
window.addEventListener("forget", () => (forgotten = true));
setInterval(() => document.hidden || meet(), NEWS_EVERY_MS);
meet();
watchOver(root.dataset.worker);
