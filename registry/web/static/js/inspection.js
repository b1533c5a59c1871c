// The page that records an inspection: whatever reads a label – camera, photo, hand scanner, fingers – comes here, is
// kept, answered at once by what was prepared on this device, filled in, and sent when there is a connection.

import { Camera } from "./camera.js";
import { CheckForm, IDENTITY } from "./checkform.js";
import { textsOf } from "./detector.js";
import { signal, soundButton } from "./feedback.js";
import { Heard } from "./heard.js";
import { Known } from "./known.js";
import { watchOver } from "./offline.js";
import { Pictures } from "./pictures.js";
import { Queue } from "./queue.js";
import { INSPECTION, openStore } from "./store.js";
import { fromKeys, onLabel, parse } from "./tags.js";
import { listenToScanner } from "./wedge.js";

const SAME_LABEL_MS = 2500;
const NEWS_EVERY_MS = 15_000;
const PATIENCE_MS = 20_000;
const TROUBLES = new Set(["signed_out", "forbidden"]);
const KEPT_MS = 14 * 24 * 3600 * 1000;
const SENT = ["key", "tag", "at", "present", "seal", "stamp_no", "stamp_valid_until", "in_use", "error_value", "error_limit"];
const SENT_TOO = ["error_unit", "findings", "violation", "remark", "shown", ...IDENTITY];

const root = document.querySelector("[data-inspection]");
const visit = Number(root.dataset.visit);
const person = Number(root.dataset.person);
const box = root.querySelector("[data-camera]");
const hosts = [location.host, box.dataset.host];
const lastSeen = new Map(); // text of a code → when the camera saw it last
const known = new Known();
const heard = new Heard(root, known);
const store = await openStore(INSPECTION);
const queue = new Queue({ about: { visit }, person, address: root.dataset.checks, store, said, told, changed, renew: renewed });
const pictures = new Pictures({ visit, person, store, address: photosOf, token, changed });
const form = new CheckForm(root.querySelector("[data-check]"), { changed: filled });
let current = null; // the check that is being filled in
let forgotten = false;
let turn = Promise.resolve(); // what was scanned before is kept

function pick(check, names) {
  return Object.fromEntries(names.filter((name) => check[name] !== undefined).map((name) => [name, check[name]]));
}

function said(batch) {
  return { sent_at: new Date().toISOString(), checks: batch.map((check) => pick(check, [...SENT, ...SENT_TOO])) };
}

function photosOf(key) {
  return root.dataset.photos.replace("KEY", key);
}

async function token() {
  queue.token ||= await renewed();
  return queue.token;
}

/** What became of checks; those that were refused stay on this device. */
function told({ told: lines, last }, batch) {
  const byKey = new Map(lines.map((line) => [line.key, line]));
  for (const check of batch) {
    const line = byKey.get(check.key);
    if (line?.check?.tag) {
      const { first_by: by, check: { tag, seen_at: at } } = line;
      known.checked.set(known.tag(tag), { by: by ?? "", mine: !by, at });
    }
    if (line) heard.answered(line);
  }
  known.last = Math.max(known.last, last ?? 0);
  keepNow();
  return batch.filter((check) => byKey.get(check.key)?.verdict === "refused").map((check) => [check, byKey.get(check.key).reason]);
}

function changed() {
  heard.sending(queue, pictures);
  heard.far(queue.waiting);
  const waiting = new Set(queue.waiting.map((check) => check.key));
  if (queue.state !== "sending") pictures.send((key) => !waiting.has(key)).catch(() => null);
}

/** What was filled in is kept with each letter. */
function filled(typed) {
  if (!current) return;
  for (const name of [...SENT, ...SENT_TOO]) {
    if (!["key", "tag", "at", "shown"].includes(name)) delete current[name];
  }
  queue.change(current, typed);
}

function show(check) {
  current = check;
  const answer = check.tag ? known.answer(check.tag) : null;
  form.fill(check, { unregistered: !check.tag, differs: (stamp) => known.differs(answer, stamp) });
  heard.pictures(pictures.of(check.key));
}

/** The check that was being filled in may be sent. */
async function finish() {
  const done = current;
  current = null;
  form.hide();
  if (!done) return;
  known.note(done.tag);
  await queue.change(done, { open: false });
}

function shownOf(answer) {
  if (!answer) return {};
  const { validity, fit_for_use: fit, due_on: due } = answer;
  return { shown: { prepared_at: known.preparedAt, validity, fit_for_use: fit, due_on: due } };
}

async function begin(more) {
  await finish();
  show(await queue.add({ open: true, present: true, ...more }));
}

/** One after the other, however fast labels come: of two at once neither stays open. */
function inTurn(act) {
  turn = turn.then(act, act);
  return turn;
}

function scanned(read, how) {
  return inTurn(() => look(read, how));
}

async function look(read, { again = false } = {}) {
  const answer = known.answer(read);
  const same = (check) => check.tag && known.tag(check.tag) === known.tag(read) && !check.refused;
  if (current && same(current)) return signal("already");
  const waiting = queue.waiting.find(same);
  const before = known.checked.get(known.tag(read));
  if (before && !waiting && !again) {
    await finish();
    signal("already");
    heard.already(read, answer, before);
    return;
  }
  if (waiting) {
    await finish();
    await queue.change(waiting, { open: true });
    show(waiting);
  } else await begin({ tag: read, ...shownOf(answer) });
  // What is answered is kept already: whoever hears it may drop the phone.
  signal(!answer ? "stray" : answer.fit_for_use ? "found" : "wrong");
  heard.heard(read, answer);
}

function wrong(verdict, text) {
  signal(verdict);
  heard.wrong(verdict, text);
}

/** A label stays in the picture for a while: it counts again only after it was away. */
function seen(texts) {
  const now = Date.now();
  for (const text of texts) {
    const before = lastSeen.get(text) ?? 0;
    lastSeen.set(text, now);
    if (now - before < SAME_LABEL_MS) continue;
    const tag = onLabel(text, hosts);
    if (tag) scanned(tag);
    else wrong("foreign", "");
  }
}

async function getJson(address) {
  const signal = AbortSignal.timeout?.(PATIENCE_MS);
  const answer = await fetch(address, { credentials: "same-origin", redirect: "manual", cache: "no-store", signal });
  if (answer.ok) return answer.json();
  throw new Error(answer.type === "opaqueredirect" ? "signed_out" : answer.status === 403 ? "forbidden" : "offline");
}

/** The instruments that are expected, with the registry's answers as they are now. */
async function renewed() {
  const list = await getJson(root.dataset.list);
  known.load(list);
  await keepNow();
  heard.prepared();
  heard.far(queue.waiting);
  return list.token;
}

async function hear() {
  const news = await getJson(`${root.dataset.news}?after=${known.last}`);
  known.learn(news.checks);
  known.last = news.last;
  if (news.checks.length) keepNow();
  heard.far(queue.waiting);
  return news.is_open;
}

function keepNow() {
  if (forgotten) return Promise.resolve();
  return store.put("lists", { visit, person, at: Date.now(), ...known.dump() }).catch(() => null);
}

/** Lists of other people, and old ones, do not stay on the device. */
async function tidy() {
  const lists = await store.all("lists");
  const gone = lists.filter((list) => list.person !== person || Date.now() - list.at > KEPT_MS);
  if (gone.length) await store.remove("lists", ...gone.map((list) => list.visit));
}

/** What this device remembers, before anybody is asked; a check that was open when the page went is opened again. */
async function recall() {
  await tidy();
  const list = await store.get("lists", visit);
  if (list) known.load(list);
  await queue.load();
  await pictures.load();
  for (const check of queue.unsent) known.note(check.tag);
  heard.prepared();
  heard.far(queue.waiting);
  const [open, ...others] = queue.unsent.filter((check) => check.open).reverse();
  for (const check of others) await queue.change(check, { open: false });
  if (open) {
    heard.heard(open.tag, open.tag ? known.answer(open.tag) : null);
    show(open);
  }
}

/** Prepare what is not prepared yet, ask what others checked, and send what waits. */
async function meet() {
  let state = "idle";
  try {
    if (!queue.token) queue.token = await renewed();
    if (!(await hear())) state = "closed";
  } catch (error) {
    state = TROUBLES.has(error.message) ? error.message : "offline";
  }
  if (queue.state !== "sending" && !(state === "idle" && queue.ready.length)) queue.become(state);
  queue.send();
}

new Camera(box, seen);
soundButton(box.querySelector("[data-sound]"));
listenToScanner((texts) => {
  const tag = texts.map((text) => fromKeys(text, hosts)).find(Boolean);
  if (tag) scanned(tag);
  return Boolean(tag);
});
root.querySelector("[data-typed]").addEventListener("submit", (event) => {
  event.preventDefault();
  const { tag: field } = event.target.elements;
  const text = field.value.trim();
  if (!text) return;
  const tag = known.typed(text) ?? parse(text) ?? fromKeys(text, hosts);
  field.value = "";
  if (tag) scanned(tag);
  else {
    heard.wrong("unregistered", text);
    inTurn(() => begin({ serial_no: text }));
  }
});
root.querySelector("[data-unregistered]").addEventListener("click", () => {
  heard.wrong("unregistered", "");
  inTurn(() => begin({}));
});
root.querySelector("[data-again]").addEventListener("click", (event) => scanned(event.currentTarget.dataset.again, { again: true }));
root.querySelector("[data-photo]").addEventListener("change", async (event) => {
  const [photo] = event.target.files;
  const texts = photo ? await textsOf(photo).catch(() => []) : [];
  event.target.value = "";
  const tag = texts.map((text) => onLabel(text, hosts)).find(Boolean);
  if (tag) scanned(tag);
  else wrong(texts.length ? "foreign" : "unreadable", "");
});
root.querySelector("[data-pictures]").addEventListener("change", async (event) => {
  const check = current;
  const files = [...event.target.files];
  event.target.value = "";
  for (const file of files) if (check) await pictures.add(check.key, file);
  if (check && check === current) heard.pictures(pictures.of(check.key));
});
form.form.addEventListener("submit", (event) => {
  event.preventDefault();
  inTurn(finish).then(() => root.querySelector("#f-tag").focus({ preventScroll: true }));
});
root.querySelector("[data-retry]").addEventListener("click", meet);
root.querySelector("[data-prepare]").addEventListener("click", () => renewed().then((fresh) => (queue.token = fresh), () => meet()));
heard.onDiscard(async () => {
  const gone = queue.refused.flatMap((check) => pictures.of(check.key));
  await pictures.forget([...new Set([...gone, ...pictures.refused])]);
  await queue.discard();
});
await recall();
const asked = parse(decodeURIComponent(location.hash.slice(1))); // a status page led here with its tag
if (asked) {
  history.replaceState(null, "", location.pathname + location.search);
  scanned(asked);
}
window.addEventListener("online", meet);
window.addEventListener("forget", () => (forgotten = true));
setInterval(() => document.hidden || meet(), NEWS_EVERY_MS);
meet();
watchOver(root.dataset.worker);
