// The page that records an inspection: whatever reads a label – camera, photo, hand scanner, fingers – comes here, is
// kept, answered at once by what was prepared on this device, filled in, and sent when there is a connection.

import { alone } from "./alone.js";
import { getJson, troubleOf } from "./ask.js";
import { CheckForm, IDENTITY } from "./checkform.js";
import { signal } from "./feedback.js";
import { Heard } from "./heard.js";
import { Known } from "./known.js";
import { readLabels } from "./labels.js";
import { watchOver } from "./offline.js";
import { Pictures } from "./pictures.js";
import { Queue } from "./queue.js";
import { INSPECTION, openStore } from "./store.js";
import { fromKeys, isMistyped, parse } from "./tags.js";

const NEWS_EVERY_MS = 15_000;
const KEPT_MS = 14 * 24 * 3600 * 1000;
const IDENTIFIED = ["key", "origin", "revision", "tag", "at", "shown"];
const SAID = ["present", "seal", "stamp_no", "stamp_valid_until", "in_use", "error_value", "error_limit", "error_unit"];
const SAID_TOO = ["findings", "violation", "remark", ...IDENTITY];
const SEEN = [...SAID, "findings", "violation", "remark"]; // what a check made again starts from

const root = document.querySelector("[data-inspection]");
const visit = Number(root.dataset.visit);
const person = Number(root.dataset.person);
const known = new Known();
const heard = new Heard(root, known);
const store = await openStore(INSPECTION);
const queue = new Queue({ about: { visit }, person, address: root.dataset.checks, store, said, told, changed, renew: renewed });
const mostBytes = Number(root.dataset.mostBytes);
const pictures = new Pictures({ visit, person, store, address: photosOf, mostBytes, token, changed });
const form = new CheckForm(root.querySelector("[data-check]"), { changed: filled });
let current = null; // the check that is being filled in
let mistyped = ""; // what was typed last and looks like a tag
let forgotten = false;
let turn = Promise.resolve(); // what was scanned before is kept

function pick(check, names) {
  return Object.fromEntries(names.filter((name) => check[name] !== undefined).map((name) => [name, check[name]]));
}

function said(batch) {
  const checks = batch.map((check) => pick(check, [...IDENTIFIED, ...SAID, ...SAID_TOO]));
  return { sent_at: new Date().toISOString(), checks };
}

function photosOf(key) {
  return `${root.dataset.photos.replace("KEY", key)}?person=${person}`;
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
      const seen = by ? known.checked.get(known.tag(tag))?.seen : pick(check, SEEN);
      known.checked.set(known.tag(tag), { by: by ?? "", mine: !by, at, seen });
    }
    if (line) heard.answered(line);
    for (const photo of pictures.of(check.key)) photo.thing = line?.check?.name ?? photo.thing;
    const { tag, answer } = line?.check ?? {};
    if (tag && answer && !known.answer(tag)) learned(tag, answer, !heard.shows(tag));
  }
  known.last = Math.max(known.last, last ?? 0);
  keepNow();
  const refused = batch.filter((check) => byKey.get(check.key)?.verdict === "refused");
  return refused.map((check) => [check, byKey.get(check.key).reason, byKey.get(check.key).because]);
}

function changed() {
  heard.sending(queue, pictures);
  heard.far(queue.waiting);
  if (queue.state !== "idle" && queue.state !== "closed") return;
  const waiting = new Set(queue.waiting.map((check) => check.key));
  pictures.send((key) => !waiting.has(key)).then(
    (trouble) => {
      if (!trouble) return;
      queue.token = ""; // it may be that of a session which is over
      if (queue.state !== "sending") queue.become(trouble);
    },
    () => null,
  );
}

/** What was filled in is kept with each letter. */
function filled(typed) {
  if (!current) return;
  for (const name of [...SAID, ...SAID_TOO]) delete current[name];
  queue.change(current, typed);
}

function show(check) {
  current = check;
  const differs = (stamp) => known.differs(known.answer(check.tag ?? ""), stamp);
  form.fill(check, { unregistered: !check.tag, differs, fault: check.fault });
  heard.pictures(pictures.of(check.key));
  heard.noPhotos([]);
}

/** The check that was being filled in may be sent; one that would be refused waits here, where it can be put right. */
async function finish() {
  const done = current;
  current = null;
  form.hide();
  if (!done) return;
  if (isBare(done)) return queue.forget([done]);
  known.note(done, pick(done, SEEN));
  const lack = form.lack(done);
  if (lack) await queue.refuse([[Object.assign(done, { open: false }), lack, "invalid"]]);
  else await queue.change(done, { open: false, fault: undefined });
}

/** One that waits, or was refused for what it says, is filled in again. */
async function reopen(check) {
  if (check === current) return;
  await finish();
  show(await queue.reopen(check, (from, to) => pictures.rekeyed(from, to)));
}

function mendable(check) {
  return !check.refused || check.because === "invalid";
}

function shownOf(answer) {
  if (!answer) return {};
  const { validity, fit_for_use: fit, due_on: due } = answer;
  return { shown: { prepared_at: answer.known_at, validity, fit_for_use: fit, due_on: due } };
}

/** A number that was looked up, and no more: nobody saved it, and it says nothing of what it is of. */
function isBare(check) {
  const said = [...SAID, ...SAID_TOO].filter((name) => !["present", "serial_no"].includes(name));
  const untouched = !check.tag && !check.origin && !check.fault && check.present;
  return untouched && said.every((name) => check[name] === undefined) && !pictures.of(check.key).length;
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
  const same = (check) => check.tag && known.tag(check.tag) === known.tag(read) && mendable(check);
  if (current && same(current)) return signal("already");
  const waiting = queue.waiting.find(same);
  const before = known.checked.get(known.tag(read));
  if (before && !waiting && !again) {
    await finish();
    signal("already");
    heard.already(read, answer, before);
    return;
  }
  if (waiting) await reopen(waiting);
  else await begin({ tag: read, ...(again ? before?.seen : {}), ...shownOf(answer) });
  // What is answered is kept already: whoever hears it may drop the phone.
  signal(!answer ? "stray" : answer.fit_for_use ? "found" : "wrong");
  tell(read);
}

/** What is known of a thing; what is not expected here is asked for, and else told once the check was sent. */
function tell(read) {
  const answer = read ? known.answer(read) : null;
  heard.heard(read, answer);
  if (read && !answer) ask(read).catch(() => null);
}

/** What the registry knows of a thing that is not expected here. */
async function ask(read) {
  const { answer } = await getJson(`${root.dataset.answer}?person=${person}&tag=${read}`);
  if (answer) learned(read, answer);
  else if (heard.shows(read)) heard.heard(read, null, true);
}

/** A serial number that is not on the list: the registry is asked, and only it says that it has none such. */
async function searched(text) {
  const { answer = null, several = false, unheard = false } = await getJson(
    `${root.dataset.answer}?person=${person}&serial=${encodeURIComponent(text)}`,
  ).catch(() => ({ unheard: true }));
  if (answer) {
    known.asked.set(answer.tag, answer);
    keepNow();
    return look(answer.tag);
  }
  if (several) {
    await finish();
    return wrong("stray", `${text}: ${root.dataset.several}`);
  }
  await begin({ serial_no: text });
  heard.wrong(unheard ? "stray" : "unregistered", text);
}

/** An answer that came after the scan: it stands where the scan stands, or among the remarks when that is `past`. */
function learned(read, answer, past = false) {
  known.asked.set(read, answer);
  keepNow();
  if (current?.tag === read) queue.change(current, shownOf(answer));
  if (heard.shows(read)) {
    signal(answer.fit_for_use ? "found" : "wrong");
    heard.heard(read, answer);
  } else if (past && !answer.fit_for_use) heard.unfit(answer);
}

function wrong(verdict, text) {
  signal(verdict);
  heard.wrong(verdict, text);
}

/** The instruments that are expected, with the registry's answers as they are now. */
async function renewed() {
  const list = await getJson(`${root.dataset.list}?person=${person}`);
  known.load(list);
  await keepNow();
  heard.prepared();
  heard.far(queue.waiting);
  return list.token;
}

async function hear() {
  let news = { more: true };
  while (news.more) {
    news = await getJson(`${root.dataset.news}?person=${person}&after=${known.last}`);
    known.learn(news.checks);
    known.last = news.last;
    if (news.checks.length) keepNow();
  }
  heard.far(queue.waiting);
  return news.is_open;
}

function keepNow() {
  if (forgotten || queue.stopped) return Promise.resolve();
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
  for (const check of queue.unsent) known.note(check, pick(check, SEEN));
  heard.prepared();
  heard.far(queue.waiting);
  const [open, ...others] = queue.unsent.filter((check) => check.open).reverse();
  for (const check of others) await queue.change(check, { open: false });
  if (open) {
    tell(open.tag);
    show(open);
  }
}

/** Prepare what is not prepared yet, ask what others checked, and send what waits. */
async function meet() {
  if (queue.stopped) return;
  let state = "idle";
  try {
    if (!queue.token) queue.token = await renewed();
    if (!(await hear())) state = "closed";
  } catch (error) {
    state = troubleOf(error);
  }
  if (queue.state !== "sending" && !(state === "idle" && queue.ready.length)) queue.become(state);
  queue.send();
}

/** Another tab has this visit: this one neither reads labels nor sends until it takes over. */
function elsewhere(take) {
  const notice = document.querySelector("[data-elsewhere]");
  notice.hidden = false;
  notice.querySelector("button").onclick = take;
  root.inert = true;
}

function lost() {
  queue.stop();
  pictures.stopped = true;
  elsewhere(() => location.reload());
}

await alone(`inspection-${visit}`, { waits: elsewhere, lost });
document.querySelector("[data-elsewhere]").hidden = true;
root.inert = false;
const { hosts } = readLabels(root, { found: scanned, wrong: (verdict) => wrong(verdict, "") });
root.querySelector("[data-typed]").addEventListener("submit", (event) => {
  event.preventDefault();
  const { tag: field } = event.target.elements;
  const text = field.value.trim();
  if (!text) return;
  const tag = known.typed(text) ?? parse(text) ?? fromKeys(text, hosts);
  field.value = "";
  mistyped = "";
  if (tag) scanned(tag);
  else if (isMistyped(text)) {
    mistyped = text;
    inTurn(finish);
    wrong("mistyped", text);
  } else {
    inTurn(() => searched(text));
  }
});
root.querySelector("[data-unregistered]").addEventListener("click", () => {
  heard.wrong("unregistered", mistyped);
  const said = mistyped ? { serial_no: mistyped } : {};
  mistyped = "";
  inTurn(() => begin(said));
});
root.querySelector("[data-again]").addEventListener("click", (event) => scanned(event.currentTarget.dataset.again, { again: true }));
root.querySelector("[data-pictures]").addEventListener("change", async (event) => {
  const check = current;
  const files = [...event.target.files];
  event.target.value = "";
  const faults = [];
  for (const file of files) {
    const fault = check ? await pictures.add(check.key, file, heard.title(check)) : "";
    if (fault) faults.push([file.name, fault]);
  }
  if (!check || check !== current) return;
  heard.pictures(pictures.of(check.key));
  heard.noPhotos(faults);
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
const checkOf = (key) => queue.waiting.find((one) => one.key === key);
const photoOf = (key) => pictures.waiting.find((one) => one.key === key);
heard.onLines({
  open(key) {
    const check = checkOf(key);
    if (!check) return;
    tell(check.tag);
    inTurn(() => reopen(check));
  },
  resend(key) {
    if (checkOf(key)) queue.resend(checkOf(key));
    else if (photoOf(key)) pictures.resend(photoOf(key));
  },
  drop: (key) => photoOf(key) && pictures.forget([photoOf(key)]),
  async replace(key, file) {
    const photo = photoOf(key);
    const fault = photo ? await pictures.replace(photo, file) : "";
    if (fault) await pictures.say(photo, heard.noPhoto(file.name, fault));
  },
});
navigator.storage?.persist?.().catch(() => null); // what waits is not thrown away when the device runs short
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
