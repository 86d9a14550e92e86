// The prompt for the second factor, in two generations: the older one has more
// ids, the newer one more buttons.
import { make } from "./parts.js";

const root = document.querySelector("main");
const { name, xsrf, old } = root.dataset;
const pollEvery = 700;
let timer;
let asked = 0; // how often the server was asked
let seen; // what the server said last
let shown = "push"; // which page of the challenge: "push", "list", or a method

const labels = { push: "Duo Push", mobile: "Duo Mobile passcode", bypass: "Bypass code", token: "Hardware token" };
const hints = {
  push: "Answer a question on your phone",
  mobile: "Six digits from the app on your phone",
  bypass: "A code that your administrator gave you",
  token: "The digits on your token's display",
};
// Only these two are known by name outside.
const testIDs = { push: "test-id-push", bypass: "test-id-bypass" };

const talk = async (word, more = {}) => {
  clearTimeout(timer);
  const number = ++asked;
  const answer = await fetch("/talk/" + word, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Xsrftoken": xsrf },
    body: JSON.stringify({ name, ...more }),
  });
  const said = await answer.json().catch(() => ({}));
  if (said.view === "done") return location.assign(said.go);
  if (number !== asked) return; // Something was asked since.
  if (!answer.ok) return fail(said.error ?? "Something went wrong. Reload the page.");
  const before = seen;
  seen = said;
  if (said.view === "challenge") timer = setTimeout(() => talk("look"), pollEvery);
  if (word !== "look" || changed(before, said)) draw();
};

// changed spares a page on which somebody is typing.
const changed = (before, now) =>
  before?.view !== now.view || (shown === "push" && (before.push !== now.push || before.number !== now.number));

const fail = (text) => view("Something is wrong", alertOf(text));

const alertOf = (text) => {
  const alert = make("p", { className: "error" }, text);
  alert.setAttribute("role", "alert");
  return alert;
};

// view replaces the page.
const view = (heading, ...children) => {
  const title = make("h1", old ? { id: "header-text" } : {}, heading);
  root.replaceChildren(old ? make("div", { id: "auth-view" }, title, ...children) : make("div", {}, title, ...children));
  root.querySelector("[data-first]")?.focus();
};

const press = (text, properties, action) => {
  const element = make("button", { type: "button", ...properties }, text);
  element.addEventListener("click", action);
  return element;
};

const testID = (element, id) => {
  element.dataset.testid = id;
  return element;
};

const turn = (page) => {
  shown = page;
  if (old) history.pushState({}, "", (page === "list" ? "/frame/v4/auth/all_methods" : "/frame/v4/auth/prompt") + location.search);
  draw();
};

const others = () => {
  if (!old) return press("Other options", { className: "button--link" }, () => turn("list"));
  const link = make("a", { href: "#", className: "action-link other-options-link" }, "Other options");
  link.addEventListener("click", (event) => {
    event.preventDefault();
    turn("list");
  });
  return link;
};

const pushPage = () => {
  if (seen.push === "denied") {
    return view("Login request denied", alertOf("The question on your phone was answered with no."),
      press("Try again", { className: "main" }, () => talk("push")), others());
  }
  if (seen.push === "expired") {
    return view("Nobody answered", make("p", {}, "The question on your phone was open for a minute."),
      press("Try again", { className: "main" }, () => talk("push")), others());
  }
  if (seen.number) {
    const code = make("div", { className: "row display-flex align-flex-justify-content-center verification-code" }, seen.number);
    return view("Enter this number on your phone", code, make("p", {}, "Then approve the sign-in there."), others());
  }
  view("Check for a Duo Push", make("p", {}, "We sent a question to your phone ending in 4788. Answer it to go on."), others());
};

const listPage = () => {
  const item = (method) => {
    const choose = () => {
      if (method === "push") talk("push");
      turn(method);
    };
    const words = [make("strong", {}, labels[method]), make("span", {}, hints[method])];
    let inside = make("button", { type: "button" }, ...words);
    if (old) inside = make("a", { href: "#", className: "auth-method" }, ...words);
    inside.addEventListener("click", (event) => {
      event.preventDefault();
      choose();
    });
    const line = make("li", {}, inside);
    return testIDs[method] ? testID(line, testIDs[method]) : line;
  };
  view(old ? "Other options to log in" : "How would you like to sign in?", make("ul", { className: "methods" }, ...seen.methods.map(item)));
};

const passcodePage = (method) => {
  const id = old ? "passcode-input" : "field-" + crypto.getRandomValues(new Uint32Array(1))[0];
  const input = make("input", { id, type: "text", inputMode: "numeric", autocomplete: "one-time-code", required: true });
  input.dataset.first = "yes";
  if (old) input.name = "passcode-input";
  const form = make("form", {}, make("label", { htmlFor: id }, method === "bypass" ? "Bypass code" : "Passcode"), input,
    testID(make("button", { type: "submit", className: "main" }, "Verify"), "verify-button"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    talk("passcode", { method, passcode: input.value });
  });
  const wrong = seen.error ? [alertOf(seen.error)] : [];
  if (wrong.length) input.setAttribute("aria-invalid", "true");
  view(method === "bypass" ? "Enter your bypass code" : "Enter your passcode", make("p", {}, hints[method] + "."), ...wrong, form, others());
};

const trustPage = () => {
  const yes = press(old ? "Yes, this is my device" : "Yes, trust browser", { className: "main" }, () => talk("trust", { trust: true }));
  const no = press("No, other people use this device", {}, () => talk("trust", { trust: false }));
  if (old) {
    yes.id = "trust-browser-button";
    no.id = "dont-trust-browser-button";
  } else {
    testID(yes, "trust-browser-button");
    testID(no, "dont-trust-browser-button");
  }
  view(old ? "Is this your device?" : "Trust this browser?", make("p", {}, "If you are the only one who uses it, we can ask less often."), yes, no);
  if (old) root.querySelector("h1").id = "trust-this-browser-label";
};

const nagPage = () => view("Your browser is getting old", make("p", {}, "An update keeps you safe. You can do it later."),
  press("Skip for now", { className: "button--link" }, () => talk("skip")));

const deniedPage = () => view("You cannot sign in", alertOf(seen.why));

const draw = () => {
  if (seen.view === "nag") return nagPage();
  if (seen.view === "denied") return deniedPage();
  if (seen.view === "trust") return trustPage();
  if (shown === "push" && seen.push) return pushPage();
  if (!seen.methods.includes(shown)) return listPage();
  passcodePage(shown);
};

talk("look");
