// The mail's sign-in: each answer changes the page and its address, and nothing
// is loaded anew.
import { spy } from "./leak.js";
import { busy, button, card, labelled, make, talker } from "./parts.js";

const query = new URLSearchParams(location.search);
let session = query.get("tx");
let briefing;
let talk;
let place = document.getElementById("root");

const go = (path, push = true) => {
  const address = path + location.search;
  if (push) history.pushState({}, "", address);
  else history.replaceState({}, "", address);
  draw();
};

const arrive = (said) => {
  if (said.ticket) parent.postMessage({ ticket: said.ticket }, briefing.parent);
  else location.assign(said.go);
};

// A view is one form with one field; send gives what the server says to it.
const view = (title, label, properties, submit, intro, send) => {
  const form = make("form");
  const [text, input] = labelled(label, properties);
  form.append(...intro, text, input, button(submit));
  const { page, say } = card(title, form);
  if (input.type === "password") spy(briefing, form, input);
  form.addEventListener("submit", busy(form, async () => {
    say("");
    const said = await send(input.value);
    if (said.error) {
      input.value = "";
      say(said.error);
      return input.focus();
    }
    if (said.token) session = said.token;
    if (said.user) briefing.user = said.user;
    briefing.stage = said.next;
    if (said.next === "done") return arrive(said);
    go("/login/" + said.next);
  }));
  place.replaceChildren(page);
  input.focus();
};

const askName = () => view("Sign in", "Email or username", { id: "identifier", name: "identifier", type: "text", autocomplete: "username" },
  "Next", [], (username) => talk("/api/login/username", { username, next: briefing.next }));

const askPassword = () => view("Welcome", "Enter your password", { id: "secret", name: "secret", type: "password", autocomplete: "current-password" },
  "Next", [make("p", {}, "Signing in as ", make("strong", {}, briefing.user), ".")], (password) => talk(briefing.login, { password }));

const askCode = () => view("Two-step verification", "Enter code", { id: "totp-pin", name: "totpPin", type: "tel", autocomplete: "one-time-code", inputMode: "numeric", maxLength: briefing.digits },
  "Next", [make("p", {}, `Get the code for ${briefing.title} from your authenticator app.`)], (code) => talk("/api/login/code", { code }));

const views = { username: askName, password: askPassword, code: askCode };

// draw shows what the address asks for, if the visitor has come that far.
const draw = () => {
  const asked = location.pathname.split("/")[2] ?? "username";
  if (asked === "username" || asked === briefing.stage) (views[asked] ?? askName)();
  else go("/login", false);
};

// hide moves the page into a closed shadow root, which scripts and selectors of
// others cannot see into.
const hide = () => {
  const host = make("mail-login", {});
  place.replaceChildren(host);
  const shadow = host.attachShadow({ mode: "closed" });
  place = make("div", { className: document.body.className });
  shadow.append(make("link", { rel: "stylesheet", href: "/static/style.css" }), place);
};

const begin = async () => {
  const headers = session ? { Authorization: "Bearer " + session } : {};
  briefing = await (await fetch("/api/session" + location.search, { headers })).json();
  talk = talker(briefing, () => (briefing.csrf_cookie ? "" : session));
  if (briefing.stage === "done") return location.replace(briefing.next);
  if (briefing.parent) document.body.classList.add("embedded");
  if (briefing.shadow) hide();
  addEventListener("popstate", draw);
  draw();
};

begin();
